// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace weft::program {

/// A variable times a number.
struct Term {
  int32_t variable = 0;
  int64_t coefficient = 0;
  bool operator==(const Term&) const = default;
};

/// A constant and terms of variables, each variable once and in rising order.
struct Form {
  int64_t constant = 0;
  std::vector<Term> terms;

  bool is_constant() const { return terms.empty(); }
  bool operator==(const Form&) const = default;
};

/// The form that is a number, or one variable, whatever the others are.
Form constant_form(int64_t value);
Form variable_form(int32_t variable);
/// Sums and multiples; terms that cancel leave the form.
Form operator+(const Form& a, const Form& b);
Form operator-(const Form& a, const Form& b);
Form scaled(const Form& form, int64_t factor);

/// The integers from `low` to `high`, both included.
struct Range {
  int64_t low = 0;
  int64_t high = 0;
  bool operator==(const Range&) const = default;
};

/// The variables of thread programs, and those that follow from others: quotients, remainders,
/// powers, products and elements of index arrays. With them every index expression of the kernel
/// language is a Form. Division rounds down.
class FormSpace {
 public:
  enum class Kind : uint8_t { Plain, Product, Quotient, Remainder, Power, Gather };

  /// A loop variable or a position; `range` holds all its values.
  int32_t add_variable(Range range);

  /// `left` joined with `right`, simplified where ranges allow: (16 a + b) / 16 is a if b is always
  /// in [0, 16).
  Form product(const Form& left, const Form& right);
  Form quotient(const Form& left, const Form& right);
  Form remainder(const Form& left, const Form& right);
  Form power(const Form& left, const Form& right);
  /// Element `position` of index array `array`, whose elements lie in `range`.
  Form gather(int32_t array, const Form& position, Range range);

  /// The elements of index array `array`; must stay where they are.
  void set_array(int32_t array, const double* elements);

  size_t size() const { return variables_.size(); }

  /// The value of a form where plain variables have these values, [variable].
  int64_t value(const Form& form, const int64_t* values) const {
    int64_t sum = form.constant;
    for (const Term& term : form.terms) {
      const Variable& variable = variables_[static_cast<size_t>(term.variable)];
      sum += term.coefficient *
             (variable.kind == Kind::Plain ? values[term.variable] : derived(variable, values));
    }
    return sum;
  }

  /// An enclosure of the values that a form takes over the ranges of all variables.
  Range range(const Form& form) const { return range(form, {}); }
  /// The same with other ranges of plain variables, [variable].
  Range range(const Form& form, std::span<const Range> ranges) const;

  bool depends_on(const Form& form, int32_t variable) const;
  /// Whether equal steps of the variable are equal steps of the form.
  bool linear_in(const Form& form, int32_t variable) const;
  /// Elements of index arrays that one evaluation reads.
  int gathers(const Form& form) const;

 private:
  struct Variable {
    Kind kind = Kind::Plain;
    int32_t array = -1;
    Form left, right;
    Range range;
    bool operator==(const Variable&) const = default;
  };

  Form derive(Kind kind, int32_t array, const Form& left, const Form& right, Range range);
  int64_t derived(const Variable& variable, const int64_t* values) const;
  Range derived_range(const Variable& variable, std::span<const Range> ranges) const;
  /// The part of a form whose terms are multiples of `divisor`; the rest lies in [0, divisor), or
  /// there is none.
  std::optional<Form> whole_part(const Form& form, int64_t divisor) const;

  std::vector<Variable> variables_;
  std::vector<const double*> arrays_;
};

}  // namespace weft::program
