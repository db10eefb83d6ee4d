// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/expression.h"

#include <cmath>

#include <fmt/format.h>

namespace weft::ir {

namespace {

using Kind = Expression::Kind;

/// How tightly an operator binds; operands that bind less tightly need parentheses.
int precedence(Kind kind) {
  switch (kind) {
    case Kind::Less:
    case Kind::LessEqual:
    case Kind::Greater:
    case Kind::GreaterEqual:
      return 0;
    case Kind::Add:
    case Kind::Subtract:
      return 1;
    case Kind::Multiply:
    case Kind::Divide:
    case Kind::Modulo:
      return 2;
    case Kind::Negate:
      return 3;
    case Kind::Power:
      return 4;
    default:
      return 5;
  }
}

std::string_view symbol(Kind kind) {
  switch (kind) {
    case Kind::Less:
      return " < ";
    case Kind::LessEqual:
      return " <= ";
    case Kind::Greater:
      return " > ";
    case Kind::GreaterEqual:
      return " >= ";
    case Kind::Add:
      return " + ";
    case Kind::Subtract:
      return " - ";
    case Kind::Multiply:
      return "*";
    case Kind::Divide:
      return "/";
    case Kind::Modulo:
      return "%";
    case Kind::Power:
      return "**";
    default:
      return "";
  }
}

std::string parenthesised(const Expression& operand, bool needed) {
  return needed ? fmt::format("({})", operand.text()) : operand.text();
}

std::string joined(const std::vector<Expression>& operands) {
  std::vector<std::string> texts;
  texts.reserve(operands.size());
  for (const Expression& operand : operands) texts.push_back(operand.text());
  return fmt::format("{}", fmt::join(texts, ","));
}

std::string number_text(double value) {
  constexpr double kExactIntegers = 9007199254740992;  // 2^53
  if (std::floor(value) == value && std::abs(value) <= kExactIntegers) {
    return fmt::format("{}", static_cast<long long>(value));
  }
  return fmt::format("{}", value);
}

}  // namespace

std::string Expression::text() const {
  const int own = precedence(kind);
  switch (kind) {
    case Kind::Number:
      return number_text(number);
    case Kind::Name:
      return name;
    case Kind::Access:
      return fmt::format("{}[{}]", name, joined(operands));
    case Kind::Call:
      return fmt::format("{}({})", name, joined(operands));
    case Kind::Negate:
      return fmt::format("-{}", parenthesised(operands[0], precedence(operands[0].kind) < own));
    default:
      break;
  }
  // All operators group to the left but the power, which groups to the right; comparisons do not
  // chain.
  const int left = precedence(operands[0].kind);
  const int right = precedence(operands[1].kind);
  const bool power = kind == Kind::Power;
  const bool comparison = own == 0;
  return fmt::format("{}{}{}",
                     parenthesised(operands[0], power || comparison ? left <= own : left < own),
                     symbol(kind), parenthesised(operands[1], power ? right < own : right <= own));
}

Expression number_expression(double value) {
  Expression expression;
  expression.number = value;
  return expression;
}

}  // namespace weft::ir
