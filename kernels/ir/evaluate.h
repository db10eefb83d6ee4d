// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/ir/expression.h"

namespace weft::ir {

/// The integers from `low` to `high`, both included.
struct Interval {
  int64_t low = 0;
  int64_t high = 0;

  bool is_point() const { return low == high; }
  bool operator==(const Interval&) const = default;
};

/// What names stand for while an expression is evaluated. Few names, so a list searched from the
/// end: the latest binding of a name wins.
class Bindings {
 public:
  void bind(std::string_view name, Interval values) { names_.emplace_back(name, values); }
  void bind(std::string_view name, int64_t value) { bind(name, Interval{value, value}); }
  const Interval* find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, Interval>> names_;
};

/// The values an integer expression can take when its names take the bound ones; exact for points,
/// and for sums of terms that share no name; otherwise an enclosure. Division rounds down. Nothing
/// where a name is not bound, a divisor or an exponent is not positive, an operand is no integer,
/// or 64 bits do not suffice.
std::optional<Interval> evaluate(const Expression& expression, const Bindings& bindings);

/// The same where every name is bound to one value.
std::optional<int64_t> evaluate_point(const Expression& expression, const Bindings& bindings);

}  // namespace weft::ir
