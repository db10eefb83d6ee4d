// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/memory/dram_config.h"

namespace weft::sim {

/// When the banks of each refresh unit (rank or pseudo-channel) stop for all-bank refreshes.
///
/// At every multiple of nREFI the controller stops serving, waits until the rows that were just
/// opened may be closed, precharges all banks of the first unit, refreshes it, then the next unit.
/// A unit without an open row skips the precharge. Therefore the end of a pause depends on what was
/// booked before it; bookings report that.
class RefreshCalendar {
 public:
  static constexpr int64_t kNever = INT64_MAX / 4;

  RefreshCalendar(const DramConfig& config, int units);

  /// The start of the first pause after `tick`.
  int64_t next_start(int64_t tick) {
    return interval_ == 0 ? kNever : start_before(tick) + interval_;
  }
  /// `tick`, or the end of the pause of `unit` that it falls into.
  int64_t skip(int unit, int64_t tick) {
    return interval_ == 0 || tick - start_before(tick) > longest_ ? tick : skip_pause(unit, tick);
  }
  /// A row of `unit` that is open when the pause at `start` begins cannot be precharged before
  /// `close`.
  void must_close_after(int unit, int64_t start, int64_t close);

 private:
  struct Pause {
    int64_t start = -1;
    std::array<int64_t, kMaxRefreshUnits> close{};  // [unit], 0 where no row is open
  };

  int64_t start_before(int64_t tick) {
    if (static_cast<uint64_t>(tick - current_) >= static_cast<uint64_t>(interval_))
      current_ = tick / interval_ * interval_;
    return current_;
  }
  int64_t skip_pause(int unit, int64_t tick);
  Pause& pause_at(int64_t start);

  int64_t interval_;  // ticks, 0 without refresh
  int64_t precharge_;
  int64_t duration_;
  int64_t longest_;
  int64_t current_ = 0;  // the multiple of the interval last asked for
  std::array<Pause, 64> pauses_;
  size_t newest_ = 0;
};

}  // namespace weft::sim
