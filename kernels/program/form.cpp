// SPDX-License-Identifier: Apache-2.0
#include "kernels/program/form.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/integer.h"

namespace weft::program {

namespace {

using base::floor_divide;

/// Bounds of ranges may have exponents that no value has: the power then stops at the largest
/// integer.
int64_t power_of(int64_t base, int64_t exponent) {
  int64_t result = 1;
  for (int64_t i = 0; i < exponent; ++i) {
    if (__builtin_mul_overflow(result, base, &result)) return std::numeric_limits<int64_t>::max();
    if (result == 0 || result == 1) break;  // 0, or base 1
  }
  return result;
}

int64_t saturated_product(int64_t a, int64_t b) {
  int64_t result = 0;
  if (!__builtin_mul_overflow(a, b, &result)) return result;
  return (a < 0) == (b < 0) ? std::numeric_limits<int64_t>::max()
                            : std::numeric_limits<int64_t>::min();
}

Range product_range(const Range& a, const Range& b) {
  const auto [low, high] =
      std::minmax({saturated_product(a.low, b.low), saturated_product(a.low, b.high),
                   saturated_product(a.high, b.low), saturated_product(a.high, b.high)});
  return {low, high};
}

Form combine(const Form& a, const Form& b, int64_t sign) {
  Form sum{a.constant + sign * b.constant, {}};
  auto x = a.terms.begin();
  auto y = b.terms.begin();
  while (x != a.terms.end() || y != b.terms.end()) {
    Term term;
    if (y == b.terms.end() || (x != a.terms.end() && x->variable < y->variable)) {
      term = *x++;
    } else if (x == a.terms.end() || y->variable < x->variable) {
      term = {y->variable, sign * y->coefficient};
      ++y;
    } else {
      term = {x->variable, x->coefficient + sign * y->coefficient};
      ++x;
      ++y;
    }
    if (term.coefficient != 0) sum.terms.push_back(term);
  }
  return sum;
}

Range hull(int64_t a, int64_t b, int64_t c, int64_t d) {
  return {std::min({a, b, c, d}), std::max({a, b, c, d})};
}

/// Divisors are positive wherever statements have points (ir::check_sizes, einsum::check_gathers);
/// bounds and values are also asked for where they have none.
int64_t as_divisor(int64_t value) {
  return std::max<int64_t>(1, value);
}

Range quotient_range(const Range& a, const Range& b) {
  const int64_t least = as_divisor(b.low);
  const int64_t most = as_divisor(b.high);
  return hull(floor_divide(a.low, least), floor_divide(a.low, most), floor_divide(a.high, least),
              floor_divide(a.high, most));
}

Range remainder_range(const Range& a, const Range& b) {
  const int64_t least = as_divisor(b.low);
  if (b.low == b.high && floor_divide(a.low, least) == floor_divide(a.high, least)) {
    const int64_t base = floor_divide(a.low, least) * least;
    return {a.low - base, a.high - base};
  }
  return {0, as_divisor(b.high) - 1};
}

}  // namespace

Form constant_form(int64_t value) {
  return {value, {}};
}
Form variable_form(int32_t variable) {
  return {0, {{variable, 1}}};
}
Form operator+(const Form& a, const Form& b) {
  return combine(a, b, 1);
}
Form operator-(const Form& a, const Form& b) {
  return combine(a, b, -1);
}

Form scaled(const Form& form, int64_t factor) {
  if (factor == 0) return {};
  Form result = form;
  result.constant *= factor;
  for (Term& term : result.terms) term.coefficient *= factor;
  return result;
}

int32_t FormSpace::add_variable(Range range) {
  variables_.push_back({.left = {}, .right = {}, .range = range});
  return static_cast<int32_t>(variables_.size()) - 1;
}

void FormSpace::set_array(int32_t array, const double* elements) {
  if (arrays_.size() <= static_cast<size_t>(array)) arrays_.resize(static_cast<size_t>(array) + 1);
  arrays_[static_cast<size_t>(array)] = elements;
}

Form FormSpace::derive(Kind kind, int32_t array, const Form& left, const Form& right, Range range) {
  const Variable wanted{kind, array, left, right, range};
  auto found = std::find(variables_.begin(), variables_.end(), wanted);
  if (found == variables_.end()) found = variables_.insert(found, wanted);
  return variable_form(static_cast<int32_t>(found - variables_.begin()));
}

Form FormSpace::product(const Form& left, const Form& right) {
  if (left.is_constant()) return scaled(right, left.constant);
  if (right.is_constant()) return scaled(left, right.constant);
  const Range a = range(left);
  const Range b = range(right);
  return derive(Kind::Product, -1, left, right, product_range(a, b));
}

std::optional<Form> FormSpace::whole_part(const Form& form, int64_t divisor) const {
  Form whole{floor_divide(form.constant, divisor) * divisor, {}};
  for (const Term& term : form.terms) {
    if (term.coefficient % divisor == 0) whole.terms.push_back(term);
  }
  const Range rest = range(form - whole);
  return rest.low >= 0 && rest.high < divisor ? std::optional(whole) : std::nullopt;
}

Form FormSpace::quotient(const Form& left, const Form& right) {
  if (right.is_constant() && right.constant > 0) {
    if (auto whole = whole_part(left, right.constant)) {
      whole->constant /= right.constant;
      for (Term& term : whole->terms) term.coefficient /= right.constant;
      return *whole;
    }
  }
  return derive(Kind::Quotient, -1, left, right, quotient_range(range(left), range(right)));
}

Form FormSpace::remainder(const Form& left, const Form& right) {
  if (right.is_constant() && right.constant > 0) {
    if (const auto whole = whole_part(left, right.constant)) return left - *whole;
  }
  return derive(Kind::Remainder, -1, left, right, {0, as_divisor(range(right).high) - 1});
}

Form FormSpace::power(const Form& left, const Form& right) {
  if (left.is_constant() && right.is_constant())
    return constant_form(power_of(left.constant, right.constant));
  const Range a = range(left);
  const Range b = range(right);
  return derive(Kind::Power, -1, left, right,
                {power_of(a.low, std::max<int64_t>(0, b.low)),
                 power_of(a.high, std::max<int64_t>(0, b.high))});
}

Form FormSpace::gather(int32_t array, const Form& position, Range range) {
  return derive(Kind::Gather, array, position, {}, range);
}

int64_t FormSpace::derived(const Variable& variable, const int64_t* values) const {
  const int64_t left = value(variable.left, values);
  if (variable.kind == Kind::Gather)
    return static_cast<int64_t>(arrays_[static_cast<size_t>(variable.array)][left]);
  const int64_t right = value(variable.right, values);
  switch (variable.kind) {
    case Kind::Product:
      return left * right;
    case Kind::Quotient:
      return floor_divide(left, as_divisor(right));
    case Kind::Remainder:
      return left - floor_divide(left, as_divisor(right)) * as_divisor(right);
    default:
      return power_of(left, right);
  }
}

Range FormSpace::derived_range(const Variable& variable, std::span<const Range> ranges) const {
  if (variable.kind == Kind::Gather) return variable.range;
  const Range a = range(variable.left, ranges);
  const Range b = range(variable.right, ranges);
  switch (variable.kind) {
    case Kind::Product:
      return product_range(a, b);
    case Kind::Quotient:
      return quotient_range(a, b);
    case Kind::Remainder:
      return remainder_range(a, b);
    default:
      return {power_of(a.low, b.low), power_of(a.high, b.high)};
  }
}

Range FormSpace::range(const Form& form, std::span<const Range> ranges) const {
  Range sum{form.constant, form.constant};
  for (const Term& term : form.terms) {
    const Variable& variable = variables_[static_cast<size_t>(term.variable)];
    const auto index = static_cast<size_t>(term.variable);
    Range each = variable.range;
    if (!ranges.empty()) {
      each = variable.kind == Kind::Plain ? ranges[index] : derived_range(variable, ranges);
    }
    if (term.coefficient < 0) std::swap(each.low, each.high);
    const auto add = [](int64_t& to, int64_t value) {
      if (__builtin_add_overflow(to, value, &to)) {
        to = value < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
      }
    };
    add(sum.low, saturated_product(term.coefficient, each.low));
    add(sum.high, saturated_product(term.coefficient, each.high));
  }
  return sum;
}

bool FormSpace::depends_on(const Form& form, int32_t variable) const {
  return std::any_of(form.terms.begin(), form.terms.end(), [&](const Term& term) {
    if (term.variable == variable) return true;
    const Variable& other = variables_[static_cast<size_t>(term.variable)];
    return other.kind != Kind::Plain &&
           (depends_on(other.left, variable) || depends_on(other.right, variable));
  });
}

bool FormSpace::linear_in(const Form& form, int32_t variable) const {
  return std::all_of(form.terms.begin(), form.terms.end(), [&](const Term& term) {
    const Variable& other = variables_[static_cast<size_t>(term.variable)];
    if (term.variable == variable || other.kind == Kind::Plain) return true;
    const bool left = depends_on(other.left, variable);
    const bool right = depends_on(other.right, variable);
    if (!left && !right) return true;
    return other.kind == Kind::Product && left != right &&
           linear_in(left ? other.left : other.right, variable);
  });
}

int FormSpace::gathers(const Form& form) const {
  int count = 0;
  for (const Term& term : form.terms) {
    const Variable& other = variables_[static_cast<size_t>(term.variable)];
    if (other.kind == Kind::Plain) continue;
    count += (other.kind == Kind::Gather ? 1 : 0) + gathers(other.left) + gathers(other.right);
  }
  return count;
}

}  // namespace weft::program
