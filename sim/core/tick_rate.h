// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

namespace weft::sim {

/// Ticks of a fixed period, a clock's cycles or a bus's slots, against picoseconds. Tick i begins
/// at picosecond floor(i * period).
///
/// Periods need not be whole. Every access crosses from cycles to picoseconds and back and each
/// conversion waits for the one before, so that both are one multiplication by a fixed-point number
/// instead of a chain of floating-point ones. Exact to a picosecond up to 2^40 ticks.
class TickRate {
 public:
  /// Precondition: 1 < period_ps < 2^19.
  explicit TickRate(double period_ps)
      : period_(static_cast<uint64_t>(std::llround(std::ldexp(period_ps, kPeriodBits)))),
        ticks_per_ps_(static_cast<uint64_t>(std::ceil(std::ldexp(1.0, 64) / period_ps))),
        longest_wait_ps_(static_cast<uint64_t>(std::ceil(period_ps)) - 1) {}

  uint64_t begin_ps(uint64_t tick) const {
    return static_cast<uint64_t>(Wide{tick} * period_ >> kPeriodBits);
  }
  /// The tick that `ps` lies in.
  uint64_t tick_of(uint64_t ps) const {
    return static_cast<uint64_t>(Wide{ps} * ticks_per_ps_ >> 64);
  }
  /// The first tick that begins at or after `ps`.
  uint64_t tick_from(uint64_t ps) const { return tick_of(ps + longest_wait_ps_); }

 private:
  __extension__ using Wide = unsigned __int128;
  static constexpr int kPeriodBits = 44;

  uint64_t period_;        // in 2^-44 ps
  uint64_t ticks_per_ps_;  // in 2^-64
  uint64_t longest_wait_ps_;
};

}  // namespace weft::sim
