// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/butterfly.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "mapper/nest/linear_recurrence.h"

namespace weft::mapper {

using ir::Expression;
using Kind = ir::Expression::Kind;

namespace {

bool names_any(const Expression& e, const std::set<std::string>& names) {
  bool found = false;
  ir::for_each_expression(e, [&](const Expression& each) {
    found |= each.kind == Kind::Name && names.contains(each.name);
  });
  return found;
}

/// Whether an expression is a sum of multiples of these names, whatever stands for the others.
bool is_affine(const Expression& e, const std::set<std::string>& names) {
  if (!names_any(e, names)) return true;
  switch (e.kind) {
    case Kind::Name:
      return true;
    case Kind::Multiply:
      if (names_any(e.operands[0], names) && names_any(e.operands[1], names)) return false;
      [[fallthrough]];
    case Kind::Add:
    case Kind::Subtract:
    case Kind::Negate:
      return std::ranges::all_of(e.operands,
                                 [&](const Expression& each) { return is_affine(each, names); });
    default:
      return false;
  }
}

/// An index of a subscript at one step.
struct Digit {
  std::string name;
  int64_t weight = 0;
  int64_t extent = 1;
};

class ButterflyFinder {
 public:
  ButterflyFinder(const ir::Kernel& kernel, const ir::Statement& statement, const std::string& step,
                  std::string& why)
      : kernel_(kernel), statement_(statement), step_(step), why_(why) {}

  std::optional<Butterfly> find() {
    const ir::Tensor& tensor = *kernel_.find_tensor(statement_.target.name);
    ir::for_each_expression(statement_.value, [&](const Expression& e) {
      if (e.kind == Kind::Access && e.name == tensor.name) reads_.push_back(&e);
    });
    if (reads_.empty()) return no(fmt::format("it does not read {}", tensor.name));
    if (!follows_steps()) {
      return no(fmt::format("expected {0}[{1}+1,...] from {0}[{1},...]", tensor.name, step_));
    }
    if (!find_dim() || !sums_digits_alone()) return std::nullopt;
    if (!read_digits()) return std::nullopt;
    return found_;
  }

 private:
  std::optional<Butterfly> no(const std::string& why) {
    why_ = why;
    return std::nullopt;
  }
  bool fails(const std::string& why) {
    why_ = why;
    return false;
  }

  bool follows_steps() const {
    return steps_ahead(statement_.target.operands[0], step_) == 1 &&
           std::ranges::all_of(reads_, [&](const Expression* read) {
             return steps_ahead(read->operands[0], step_) == 0;
           });
  }

  /// The one dim whose subscripts change from step to step; all others are the same for the element
  /// written and those read.
  bool find_dim() {
    const Expression& target = statement_.target;
    for (size_t dim = 1; dim < target.operands.size(); ++dim) {
      bool moves = names_any(target.operands[dim], {step_});
      bool same = true;
      for (const Expression* read : reads_) {
        moves = moves || names_any(read->operands[dim], {step_});
        same = same && read->operands[dim].text() == target.operands[dim].text();
      }
      if (same && !moves) continue;
      if (!moves) {
        return fails(fmt::format("subscript {} of {} is read elsewhere than it is written", dim + 1,
                                 target.name));
      }
      if (found_.dim != 0) return fails(fmt::format("several subscripts change with '{}'", step_));
      found_.dim = dim;
    }
    if (found_.dim == 0) return fails(fmt::format("no subscript changes with '{}'", step_));
    return true;
  }

  std::vector<std::string> indices_in(const Expression& e) const {
    std::vector<std::string> names;
    ir::for_each_expression(e, [&](const Expression& each) {
      const bool index =
          each.kind == Kind::Name && each.name != step_ && kernel_.find_index(each.name) != nullptr;
      if (index && std::ranges::count(names, each.name) == 0) names.push_back(each.name);
    });
    return names;
  }

  /// A sum over another index would not be complete within one group.
  bool sums_digits_alone() {
    for (const std::string& index : kernel_.indices_of(statement_)) {
      bool known = index == step_ || names_any(statement_.target, {index});
      for (const Expression* read : reads_)
        known = known || names_any(read->operands[found_.dim], {index});
      if (!known) return fails(fmt::format("it also sums over '{}'", index));
    }
    return true;
  }

  /// The digits of a subscript at a step, least first; nothing where it is no number of digits.
  std::optional<std::vector<Digit>> digits_of(const Expression& subscript, int64_t step) const {
    const std::vector<std::string> names = indices_in(subscript);
    if (!is_affine(subscript, {names.begin(), names.end()})) return std::nullopt;
    const auto value = [&](const std::string& one) {
      ir::Bindings bindings = kernel_.bindings();
      bindings.bind(step_, step);
      for (const std::string& name : names) bindings.bind(name, name == one ? 1 : 0);
      return ir::evaluate_point(subscript, bindings);
    };
    if (value("") != 0) return std::nullopt;
    std::vector<Digit> digits;
    ir::Bindings bindings = kernel_.bindings();
    bindings.bind(step_, step);
    for (const std::string& name : names) {
      const auto extent = ir::evaluate_point(kernel_.find_index(name)->extent, bindings);
      const auto weight = value(name);
      if (!extent || !weight) return std::nullopt;
      digits.push_back({name, *weight, *extent});
    }
    return digits;
  }

  /// Target and operands are (high, digit, low) with weights p**(st+1), p**st and 1 in every step.
  bool read_digits() {
    const int64_t steps = kernel_.extent(step_).value_or(0);
    int64_t power = 1;
    int64_t all = 0;
    for (int64_t step = 0; step < steps; ++step) {
      std::vector<const Expression*> accesses = reads_;
      accesses.insert(accesses.begin(), &statement_.target);
      for (const Expression* access : accesses) {
        const auto digits = digits_of(access->operands[found_.dim], step);
        if (!digits || digits->size() != 3) return fails(form(*access));
        if (found_.high.empty() && !name_digits(access->operands[found_.dim]))
          return fails(form(*access));
        if (!is_number(*digits, power, all)) return fails(form(*access));
      }
      power *= found_.base;
    }
    return power == all || fails(fmt::format("'{}' does not run over all digits", step_));
  }

  /// Which index is which shows in the second step, where no two weights are equal.
  bool name_digits(const Expression& subscript) {
    auto digits = digits_of(subscript, 1);
    if (!digits) return false;
    std::ranges::sort(*digits, {}, &Digit::weight);
    found_.low = (*digits)[0].name;
    found_.base = (*digits)[1].extent;
    found_.high = (*digits)[2].name;
    return found_.base > 1;
  }

  bool is_number(const std::vector<Digit>& digits, int64_t power, int64_t& all) const {
    const int64_t base = found_.base;
    bool right = true;
    int64_t span = 1;
    for (const Digit& digit : digits) {
      span *= digit.extent;
      const bool low = digit.name == found_.low;
      const bool high = digit.name == found_.high;
      const int64_t weight = low ? 1 : high ? power * base : power;
      right = right && digit.weight == weight && (high || digit.extent == (low ? power : base));
    }
    if (all == 0) all = span;
    return right && span == all;
  }

  std::string form(const Expression& access) const {
    return fmt::format("{} is not (g*p+u)*p**{}+v with g, u and v the digits of a number",
                       access.operands[found_.dim].text(), step_);
  }

  const ir::Kernel& kernel_;
  const ir::Statement& statement_;
  const std::string& step_;
  std::string& why_;
  std::vector<const Expression*> reads_;
  Butterfly found_;
};

}  // namespace

std::optional<Butterfly> find_butterfly(const ir::Kernel& kernel, const ir::Statement& statement,
                                        const std::string& step, std::string& why) {
  return ButterflyFinder(kernel, statement, step, why).find();
}

}  // namespace weft::mapper
