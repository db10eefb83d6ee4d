// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "kernels/einsum/operand.h"
#include "kernels/ir/expression.h"

namespace weft::einsum {

/// A value combined into an element.
inline double combined(ir::Combine combine, double old, double value) {
  switch (combine) {
    case ir::Combine::Max:
      return std::max(old, value);
    case ir::Combine::Min:
      return std::min(old, value);
    case ir::Combine::Or:
      return old != 0 || value != 0 ? 1 : 0;
    default:
      return old + value;
  }
}

/// A target while values are combined into it: dense, or a table of the elements reached so far.
class Target {
 public:
  Target(Operand& operand, bool assembles) : operand_(operand), assembles_(assembles) {
    if (operand.full) {
      reached_.assign(operand.values.size(), false);
      return;
    }
    for (int64_t entry = 0; entry < operand.entries(); ++entry)
      places_[operand.place(operand.coordinate(entry))] = entry;
    reached_.assign(operand.values.size(), false);
  }

  void combine(ir::Combine how, const std::vector<int64_t>& at, double value) {
    combine_slot(how, slot_of(at), value);
  }

  /// The same where the row-major place is at hand. Precondition: full().
  void combine_slot(ir::Combine how, int64_t slot, double value) {
    if (slot < 0) return;
    double& element = operand_.values[static_cast<size_t>(slot)];
    const bool first = !reached_[static_cast<size_t>(slot)];
    reached_[static_cast<size_t>(slot)] = true;
    const bool fresh = first && (how == ir::Combine::Max || how == ir::Combine::Min) && fresh_;
    const bool assigns = first && how == ir::Combine::Assign;
    element = fresh || assigns ? value : combined(how, element, value);
  }

  bool full() const { return operand_.full; }

  /// An assignment begins anew with each pass over its points.
  void begin_pass() {
    if (!reached_.empty()) std::fill(reached_.begin(), reached_.end(), false);
  }
  /// The target had no values before the statement.
  void set_fresh(bool fresh) { fresh_ = fresh; }

 private:
  int64_t slot_of(const std::vector<int64_t>& at) {
    const int64_t place = operand_.place(at.data());
    if (operand_.full) return place;
    const auto found = places_.find(place);
    if (found != places_.end()) return found->second;
    if (!assembles_) return -1;
    places_[place] = operand_.entries();
    operand_.coordinates.insert(operand_.coordinates.end(), at.begin(), at.end());
    operand_.values.push_back(0);
    reached_.push_back(false);
    return operand_.entries() - 1;
  }

  Operand& operand_;
  bool assembles_;
  bool fresh_ = true;
  std::unordered_map<int64_t, int64_t> places_;
  std::vector<bool> reached_;
};

}  // namespace weft::einsum
