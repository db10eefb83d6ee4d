// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/core/calendar.h"

namespace weft::sim {

/// A resource that moves so many bytes (or does so many cycles of work) per slot, where requests
/// need not fill whole slots: what is left over is booked with the next request.
class RateCalendar {
 public:
  /// `per_slot`: amount that a slot serves.
  explicit RateCalendar(double per_slot = 1) : per_slot_(per_slot) {}

  struct Booking {
    uint64_t first;  // slot in which service begins, or `earliest` where none was needed yet
    uint64_t end;    // slot after the last
  };

  /// Books `amount` in the earliest free slots at or after `earliest`.
  Booking book(uint64_t earliest, double amount) {
    total_ += amount;
    owed_ += amount / per_slot_;
    auto slots = static_cast<uint64_t>(owed_);
    if (slots == 0) return {earliest, earliest};
    owed_ -= static_cast<double>(slots);
    const uint64_t first = slots_.book(earliest);
    uint64_t last = first;
    for (--slots; slots > 0;) {
      const auto part = static_cast<unsigned>(slots < kPart ? slots : kPart);
      last = slots_.book(first, part);
      slots -= part;
    }
    return {first, last + 1};
  }

  /// Amount booked so far, and the slots that it took.
  double total() const { return total_; }
  uint64_t busy_slots() const { return slots_.booked(); }

 private:
  static constexpr uint64_t kPart = uint64_t{1} << 20;

  double per_slot_;
  double owed_ = 0;
  double total_ = 0;
  SlotCalendar slots_{1 << 16};
};

}  // namespace weft::sim
