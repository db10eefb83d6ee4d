// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

namespace weft::sim {

/// Barriers and reductions: members arrive in any order, and once the last one is there all leave
/// at one cycle, each with the sum of what they brought. A round begins when the one before is
/// left.
class CollectiveEngine {
 public:
  /// `cost_cycles`: from the last arrival to the cycle at which all leave.
  explicit CollectiveEngine(uint64_t cost_cycles = 0) : cost_cycles_(cost_cycles) {}

  /// What a round gives to each of its members.
  struct Outcome {
    uint64_t cycle;
    int64_t sum;
  };

  /// A member arrives at `cycle` with `value`; true where it is the last of `members`, who must
  /// then leave().
  bool arrive(uint64_t cycle, unsigned members, int64_t value = 0) {
    latest_ = std::max(latest_, cycle);
    sum_ += value;
    return ++arrived_ == members;
  }

  /// Ends the round.
  Outcome leave() {
    arrived_ = 0;
    return {std::exchange(latest_, 0) + cost_cycles_, std::exchange(sum_, 0)};
  }

 private:
  uint64_t cost_cycles_;
  unsigned arrived_ = 0;
  uint64_t latest_ = 0;
  int64_t sum_ = 0;
};

}  // namespace weft::sim
