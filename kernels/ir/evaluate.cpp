// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/evaluate.h"

#include <algorithm>
#include <cmath>

#include "base/integer.h"

namespace weft::ir {

namespace {

using base::floor_divide;
using Kind = Expression::Kind;

std::optional<int64_t> checked_power(int64_t base, int64_t exponent) {
  int64_t result = 1;
  for (int64_t i = 0; i < exponent; ++i) {
    if (__builtin_mul_overflow(result, base, &result)) return std::nullopt;
    if (result == 0 || result == 1) break;  // 0, or base 1: further factors change nothing
  }
  return result;
}

std::optional<Interval> add(Interval a, Interval b) {
  Interval sum;
  if (__builtin_add_overflow(a.low, b.low, &sum.low)) return std::nullopt;
  if (__builtin_add_overflow(a.high, b.high, &sum.high)) return std::nullopt;
  return sum;
}

std::optional<Interval> negate(Interval a) {
  Interval result;
  if (__builtin_sub_overflow(int64_t{0}, a.high, &result.low)) return std::nullopt;
  if (__builtin_sub_overflow(int64_t{0}, a.low, &result.high)) return std::nullopt;
  return result;
}

std::optional<Interval> multiply(Interval a, Interval b) {
  int64_t corner[4];
  const bool overflow = __builtin_mul_overflow(a.low, b.low, &corner[0]) ||
                        __builtin_mul_overflow(a.low, b.high, &corner[1]) ||
                        __builtin_mul_overflow(a.high, b.low, &corner[2]) ||
                        __builtin_mul_overflow(a.high, b.high, &corner[3]);
  if (overflow) return std::nullopt;
  const auto [low, high] = std::minmax_element(corner, corner + 4);
  return Interval{*low, *high};
}

std::optional<Interval> divide(Interval a, Interval b) {
  if (b.low <= 0) return std::nullopt;
  const auto [low, high] = std::minmax({floor_divide(a.low, b.low), floor_divide(a.low, b.high),
                                        floor_divide(a.high, b.low), floor_divide(a.high, b.high)});
  return Interval{low, high};
}

std::optional<Interval> modulo(Interval a, Interval b) {
  if (b.low <= 0) return std::nullopt;
  const bool one_period = b.is_point() && floor_divide(a.low, b.low) == floor_divide(a.high, b.low);
  if (!one_period) return Interval{0, b.high - 1};
  const int64_t remainder = a.low % b.low;
  const int64_t low = remainder < 0 ? remainder + b.low : remainder;
  return Interval{low, low + (a.high - a.low)};
}

std::optional<Interval> power(Interval base, Interval exponent) {
  if (exponent.low < 0 || base.low < 0) return std::nullopt;
  const auto low = base.low == 0 && exponent.high > 0 ? std::optional<int64_t>(0)
                                                      : checked_power(base.low, exponent.low);
  const auto high = checked_power(base.high, base.high == 0 ? exponent.low : exponent.high);
  if (!low || !high) return std::nullopt;
  return Interval{*low, *high};
}

std::optional<Interval> integer(double value) {
  constexpr double kExactIntegers = 9007199254740992;  // 2^53
  if (std::floor(value) != value || std::abs(value) > kExactIntegers) return std::nullopt;
  const auto exact = static_cast<int64_t>(value);
  return Interval{exact, exact};
}

/// 1 where a comparison holds, 0 where not.
std::optional<Interval> compare(Kind kind, Interval a, Interval b) {
  if (!a.is_point() || !b.is_point()) return std::nullopt;
  const bool less = kind == Kind::Less || kind == Kind::LessEqual;
  const bool equal = kind == Kind::LessEqual || kind == Kind::GreaterEqual;
  const bool holds = a.low == b.low ? equal : (a.low < b.low) == less;
  return Interval{holds ? 1 : 0, holds ? 1 : 0};
}

std::optional<Interval> apply(Kind kind, Interval a, Interval b) {
  switch (kind) {
    case Kind::Less:
    case Kind::LessEqual:
    case Kind::Greater:
    case Kind::GreaterEqual:
      return compare(kind, a, b);
    case Kind::Add:
      return add(a, b);
    case Kind::Subtract: {
      const auto negative = negate(b);
      return negative ? add(a, *negative) : std::nullopt;
    }
    case Kind::Multiply:
      return multiply(a, b);
    case Kind::Divide:
      return divide(a, b);
    case Kind::Modulo:
      return modulo(a, b);
    case Kind::Power:
      return power(a, b);
    default:
      return std::nullopt;
  }
}

}  // namespace

const Interval* Bindings::find(std::string_view name) const {
  const auto found = std::find_if(names_.rbegin(), names_.rend(),
                                  [name](const auto& binding) { return binding.first == name; });
  return found == names_.rend() ? nullptr : &found->second;
}

std::optional<Interval> evaluate(const Expression& expression, const Bindings& bindings) {
  switch (expression.kind) {
    case Kind::Number:
      return integer(expression.number);
    case Kind::Name: {
      const Interval* values = bindings.find(expression.name);
      return values == nullptr ? std::nullopt : std::optional(*values);
    }
    case Kind::Access:
    case Kind::Call:
      return std::nullopt;
    case Kind::Negate: {
      const auto operand = evaluate(expression.operands[0], bindings);
      return operand ? negate(*operand) : std::nullopt;
    }
    default:
      break;
  }
  const auto left = evaluate(expression.operands[0], bindings);
  const auto right = evaluate(expression.operands[1], bindings);
  if (!left || !right) return std::nullopt;
  return apply(expression.kind, *left, *right);
}

std::optional<int64_t> evaluate_point(const Expression& expression, const Bindings& bindings) {
  const auto values = evaluate(expression, bindings);
  if (!values || !values->is_point()) return std::nullopt;
  return values->low;
}

}  // namespace weft::ir
