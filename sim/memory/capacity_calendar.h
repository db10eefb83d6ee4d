// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::sim {

/// A calendar of a resource that serves one command per slot, one bit per slot; a slot is a
/// multiple of a quarter tick.
///
/// Booking is by capacity: a command that finds its slot free starts at once, at any tick of the
/// slot; one that has to wait starts with the slot it gets. Neighbouring commands may therefore
/// come closer than a slot is long, but never more are served than slots have passed, and no time
/// is lost to gaps between bookings that are too short to use: a controller that decides late does
/// not leave such gaps either. Slots may be booked in any order.
///
/// With a burst of n, a command may also use up one of the n - 1 slots before its own, so that
/// after a rest n commands start together and any n slots hold about n commands (the window of four
/// activates, tFAW).
///
/// The ring remembers a number of ticks before the latest tick looked at; what is older counts as
/// taken.
class CapacityCalendar {
 public:
  CapacityCalendar(int64_t quarter_ticks, int burst, int64_t remembered_ticks)
      : quarter_ticks_(quarter_ticks),
        slots_per_quarter_(UINT64_MAX / static_cast<uint64_t>(quarter_ticks) + 1),
        burst_(burst),
        words_(std::bit_ceil(static_cast<uint64_t>(4 * remembered_ticks / quarter_ticks) / 64 + 2),
               0),
        mask_(words_.size() - 1),
        end_(static_cast<int64_t>(words_.size())) {}

  /// The first tick at or after `from` at which a command may start.
  int64_t first_free(int64_t from) {
    const int64_t slot = slot_of(from);
    if (slot >= oldest() && !all_taken(slot)) [[likely]]
      return from;
    return first_free_after(slot, from);
  }

  /// Takes the slot of `tick`, or where that is taken the nearest free one before it within the
  /// burst.
  void take(int64_t tick) {
    int64_t slot = slot_of(tick);
    for (int back = 1; back < burst_ && test(slot); ++back) --slot;
    set(slot);
  }

  /// Takes the slot of `tick` if it is free; says whether it was. For calendars without bursts.
  bool take_if_free(int64_t tick) {
    const int64_t slot = slot_of(tick);
    uint64_t& bits = word(slot >> 6);
    const uint64_t bit = uint64_t{1} << (slot & 63);
    if (slot < oldest() || (bits & bit) != 0) return false;
    bits |= bit;
    return true;
  }

  /// Takes the slots of all ticks in [begin, end).
  void block(int64_t begin, int64_t end) {
    if (begin < 0) begin = 0;
    const int64_t last = slot_of(end - 1);
    for (int64_t slot = slot_of(begin); slot <= last; ++slot) set(slot);
  }

  /// The start of the last slot taken among those of the ticks in [begin, end), or -1.
  int64_t last_taken(int64_t begin, int64_t end) {
    const int64_t first = slot_of(begin < 0 ? 0 : begin);
    for (int64_t slot = slot_of(end - 1); slot >= first; --slot) {
      if (test(slot)) return start_of(slot);
    }
    return -1;
  }

 private:
  static constexpr int64_t kLead = 8;  // slots before tick 0, so that a burst may look back

  /// Exact for ticks below 2^40: the reciprocal is off by less than one in 2^64.
  int64_t slot_of(int64_t tick) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<int64_t>(
               (static_cast<Wide>(static_cast<uint64_t>(tick) << 2) * slots_per_quarter_) >> 64) +
           kLead;
  }
  int64_t start_of(int64_t slot) const { return ((slot - kLead) * quarter_ticks_ + 3) >> 2; }

  /// The first slot of those remembered, with room to look back.
  int64_t oldest() const {
    return (end_ - static_cast<int64_t>(mask_) - 1) * 64 +
           (end_ > static_cast<int64_t>(mask_) + 1 ? kLead : 0);
  }
  uint64_t& word(int64_t index) {
    if (index >= end_) [[unlikely]]
      extend(index);
    return words_[static_cast<uint64_t>(index) & mask_];
  }
  bool test(int64_t slot) { return (word(slot >> 6) >> (slot & 63) & 1) != 0; }
  void set(int64_t slot) {
    if (slot >= oldest()) [[likely]]
      word(slot >> 6) |= uint64_t{1} << (slot & 63);
  }
  /// Whether `slot` and the burst - 1 slots before it are taken.
  bool all_taken(int64_t slot) {
    if (!test(slot)) return false;
    for (int back = 1; back < burst_; ++back) {
      if (!test(slot - back)) return false;
    }
    return true;
  }
  int64_t first_free_after(int64_t slot, int64_t from);
  void extend(int64_t index);

  int64_t quarter_ticks_;
  uint64_t slots_per_quarter_;
  int burst_;
  std::vector<uint64_t> words_;
  uint64_t mask_;
  int64_t end_;  // first word not yet in the ring
};

inline int64_t CapacityCalendar::first_free_after(int64_t slot, int64_t from) {
  if (slot < oldest()) slot = oldest() - 1;
  ++slot;
  // Beyond a slot that is not usable, the next that is free is the next that is usable.
  while (true) {
    const int in_word = static_cast<int>(slot & 63);
    const int taken = std::countr_one(word(slot >> 6) >> in_word);
    slot += taken;
    if (taken + in_word < 64) [[likely]]
      break;
  }
  const int64_t start = start_of(slot);
  return start > from ? start : from;
}

inline void CapacityCalendar::extend(int64_t index) {
  const auto size = static_cast<int64_t>(words_.size());
  int64_t fresh = end_;
  end_ = index + 1;
  if (fresh < end_ - size) fresh = end_ - size;
  for (; fresh < end_; ++fresh) words_[static_cast<uint64_t>(fresh) & (words_.size() - 1)] = 0;
}

}  // namespace weft::sim
