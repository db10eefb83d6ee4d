// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/linear_recurrence.h"

namespace weft::mapper {

using ir::Expression;
using Kind = ir::Expression::Kind;

namespace {

bool is_number(const Expression& e, double value) {
  return e.kind == Kind::Number && e.number == value;
}

/// Looks for the terms of a sum that hold a state.
class StateTerms {
 public:
  explicit StateTerms(const std::string& state) : state_(state) {}

  std::optional<Expression> of(const Expression& e) const {
    if (!holds_state(e)) return ir::number_expression(0);
    if (e.kind == Kind::Access && e.name == state_) return e;
    if (e.kind == Kind::Add || e.kind == Kind::Subtract) return of_sum(e);
    if (e.kind == Kind::Negate || e.kind == Kind::Divide) return of_factor(e, 0);
    if (e.kind != Kind::Multiply) return std::nullopt;
    const bool first = holds_state(e.operands[0]);
    if (first && holds_state(e.operands[1])) return std::nullopt;
    return of_factor(e, first ? 0 : 1);
  }

 private:
  bool holds_state(const Expression& e) const {
    bool found = false;
    ir::for_each_expression(e, [&](const Expression& each) {
      found |= each.kind == Kind::Access && each.name == state_;
    });
    return found;
  }

  std::optional<Expression> of_sum(const Expression& e) const {
    auto left = of(e.operands[0]);
    auto right = of(e.operands[1]);
    if (!left || !right) return std::nullopt;
    if (is_number(*right, 0)) return left;
    if (!is_number(*left, 0)) return join(e.kind, *left, *right);
    if (e.kind == Kind::Add) return right;
    return join(Kind::Multiply, ir::number_expression(-1), *right);
  }

  std::optional<Expression> of_factor(const Expression& e, size_t place) const {
    for (size_t i = 0; i < e.operands.size(); ++i) {
      if (i != place && holds_state(e.operands[i])) return std::nullopt;
    }
    const auto inner = of(e.operands[place]);
    if (!inner) return std::nullopt;
    Expression result = e;
    result.operands[place] = *inner;
    return result;
  }

  const std::string& state_;
};

}  // namespace

Expression name_of(const std::string& name) {
  Expression e;
  e.kind = Kind::Name;
  e.name = name;
  return e;
}

Expression join(Kind kind, Expression left, Expression right) {
  Expression e;
  e.kind = kind;
  e.operands = {std::move(left), std::move(right)};
  return e;
}

Expression element(const std::string& tensor, std::vector<Expression> subscripts) {
  Expression e;
  e.kind = Kind::Access;
  e.name = tensor;
  e.operands = std::move(subscripts);
  return e;
}

std::optional<int> steps_ahead(const Expression& subscript, const std::string& index) {
  const auto is_index = [&](const Expression& e) {
    return e.kind == Kind::Name && e.name == index;
  };
  if (is_index(subscript)) return 0;
  if (subscript.kind != Kind::Add) return std::nullopt;
  const Expression& left = subscript.operands[0];
  const Expression& right = subscript.operands[1];
  const bool next =
      (is_index(left) && is_number(right, 1)) || (is_number(left, 1) && is_index(right));
  return next ? std::optional(1) : std::nullopt;
}

std::optional<Expression> state_terms(const Expression& value, const std::string& state) {
  return StateTerms(state).of(value);
}

}  // namespace weft::mapper
