// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace weft::mapper {

/// Passes over the 32 banks of shared memory that the lanes of a warp need, round by round of a
/// loop that lanes leave at different times.
class BankPasses {
 public:
  static constexpr unsigned kRounds =
      8;  // kept apart; in later ones the few lanes left do not meet

  void clear() {
    std::memset(count_.data(), 0, sizeof(count_));
    most_.fill(0);
    rounds_ = 0;
  }
  /// A lane touches `bank` in `round`.
  void touch(unsigned round, unsigned bank) {
    rounds_ = std::max(rounds_, round + 1);
    if (round >= kRounds) return;
    const uint8_t n = ++count_[round][bank & 31];
    most_[round] = std::max(most_[round], n);
  }

  unsigned rounds() const { return rounds_; }
  /// Passes over all rounds.
  unsigned passes() const {
    unsigned sum = rounds_ > kRounds ? rounds_ - kRounds : 0;
    for (uint8_t most : most_) sum += most;
    return sum;
  }

 private:
  std::array<std::array<uint8_t, 32>, kRounds> count_{};
  std::array<uint8_t, kRounds> most_{};
  unsigned rounds_ = 0;
};

}  // namespace weft::mapper
