// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/calendar.h"

namespace weft::sim {

/// A resource that moves so many bytes (or does so many cycles of work) per cycle, where requests
/// need not fill whole slots: what is left over is booked with the next request.
class RateCalendar {
 public:
  /// `per_cycle`: amount that a cycle serves. `slot_cycles`: length of a slot; a calendar remembers
  /// some ten thousand slots, so that long requests need long ones.
  explicit RateCalendar(double per_cycle = 1, uint64_t slot_cycles = 1)
      : slot_cycles_(slot_cycles), per_slot_(per_cycle * static_cast<double>(slot_cycles)) {}

  struct Booking {
    uint64_t first;  // cycle in which service begins, or `earliest` where none was needed yet
    uint64_t end;    // cycle after the last
  };

  /// Books `amount` in the earliest free slots at or after `earliest`.
  Booking book(uint64_t earliest, double amount) {
    total_ += amount;
    owed_ += amount / per_slot_;
    auto slots = static_cast<uint64_t>(owed_);
    if (slots == 0) return {earliest, earliest};
    owed_ -= static_cast<double>(slots);
    const uint64_t first = slots_.book(earliest / slot_cycles_);
    uint64_t last = first;
    for (--slots; slots > 0;) {
      const auto part = static_cast<unsigned>(slots < kPart ? slots : kPart);
      last = slots_.book(first, part);
      slots -= part;
    }
    return {std::max(earliest, first * slot_cycles_),
            std::max(earliest, (last + 1) * slot_cycles_)};
  }

  /// Amount booked so far, and the cycles that it took.
  double total() const { return total_; }
  uint64_t busy_cycles() const { return slots_.booked() * slot_cycles_; }

 private:
  static constexpr uint64_t kPart = uint64_t{1} << 20;

  uint64_t slot_cycles_;
  double per_slot_;
  double owed_ = 0;
  double total_ = 0;
  SlotCalendar slots_{1 << 16};
};

}  // namespace weft::sim
