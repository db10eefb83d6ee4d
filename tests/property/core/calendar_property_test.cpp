// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "sim/core/calendar.h"
#include "sim/core/scratchpad.h"

namespace weft::tests {
namespace {

/// The obvious calendar: the set of taken slots.
class SlotSet {
 public:
  uint64_t book(uint64_t earliest, unsigned n = 1) {
    uint64_t last = earliest;
    for (auto next = taken_.lower_bound(earliest); n > 0; ++last) {
      if (next != taken_.end() && *next == last) {
        ++next;
      } else {
        taken_.insert(next, last);
        --n;
      }
    }
    return last - 1;
  }

 private:
  std::set<uint64_t> taken_;
};

/// Bookings that arrive up to `spread` slots before or after a front that moves on: out of order,
/// with gaps, and now and then a jump or a burst onto one place.
struct Booking {
  uint64_t earliest;
  unsigned slots;
};

std::vector<Booking> arbitrary_bookings(uint64_t spread) {
  const auto count = *rc::gen::inRange<size_t>(1, 400);
  const auto pace = *rc::gen::inRange<uint64_t>(0, 200);
  std::vector<Booking> bookings;
  uint64_t front = spread;
  for (size_t i = 0; i < count; ++i) {
    front += *rc::gen::inRange<uint64_t>(0, pace + 1);
    if (*rc::gen::inRange(0, 50) == 0) front += *rc::gen::inRange<uint64_t>(0, 5000);
    const uint64_t behind = *rc::gen::inRange<uint64_t>(0, spread + 1);
    const unsigned most = *rc::gen::element(1u, 8u, 200u);
    bookings.push_back({front - behind, *rc::gen::inRange(1u, most + 1)});
  }
  return bookings;
}

TEST(SlotCalendarLaw, TakesTheEarliestFreeSlots) {
  EXPECT_TRUE(rc::check([] {
    constexpr uint64_t kHistory = 1024;
    sim::SlotCalendar calendar(kHistory);
    SlotSet oracle;
    uint64_t booked = 0;
    for (const Booking& booking : arbitrary_bookings(kHistory)) {
      RC_ASSERT(calendar.book(booking.earliest, booking.slots) ==
                oracle.book(booking.earliest, booking.slots));
      booked += booking.slots;
    }
    RC_ASSERT(calendar.booked() == booked);
  }));
}

TEST(SlotCalendarLaw, BookingSlotsTogetherIsBookingThemOneByOne) {
  EXPECT_TRUE(rc::check([] {
    sim::SlotCalendar together(1024);
    sim::SlotCalendar singly(1024);
    for (const Booking& booking : arbitrary_bookings(1024)) {
      uint64_t last = 0;
      for (unsigned i = 0; i < booking.slots; ++i) last = singly.book(booking.earliest);
      RC_ASSERT(together.book(booking.earliest, booking.slots) == last);
    }
  }));
}

/// A backlog far longer than the history makes the ring grow; what was booked must survive it.
TEST(SlotCalendarLaw, ABacklogOfAnyLengthIsRemembered) {
  EXPECT_TRUE(rc::check([] {
    sim::SlotCalendar calendar(64);
    SlotSet oracle;
    const auto backlog = *rc::gen::inRange(1u, 20'000u);
    RC_ASSERT(calendar.book(0, backlog) == oracle.book(0, backlog));
    for (int i = 0; i < 20; ++i) {
      const auto earliest = *rc::gen::inRange<uint64_t>(0, 64);
      const auto slots = *rc::gen::inRange(1u, 100u);
      RC_ASSERT(calendar.book(earliest, slots) == oracle.book(earliest, slots));
    }
  }));
}

/// Arrivals further apart than the history make it longer: of many in turn far ahead and behind, a
/// few slots at most are given twice.
TEST(SlotCalendarLaw, ArrivalsFarApartAreRemembered) {
  sim::SlotCalendar calendar(64);
  std::set<uint64_t> given;
  constexpr int kPairs = 2000;
  for (int i = 0; i < kPairs; ++i) {
    given.insert(calendar.book(500'000));
    given.insert(calendar.book(0));
  }
  EXPECT_GT(given.size(), 2 * kPairs - 20);
}

TEST(ScratchpadBanksLaw, TakesTheFirstCycleInWhichTheBankIsFree) {
  EXPECT_TRUE(rc::check([] {
    constexpr unsigned kBanks = 32;
    sim::ScratchpadBanks calendar;
    std::vector<SlotSet> oracle(kBanks);
    // Bookings that crowd onto one bank reach ahead of their arrival by their number at most.
    const auto banks = *rc::gen::element(1u, 4u, kBanks);
    for (const Booking& booking : arbitrary_bookings(4000)) {
      const auto bank = *rc::gen::inRange(0u, banks);
      RC_ASSERT(calendar.book(booking.earliest, bank) == oracle[bank].book(booking.earliest));
    }
  }));
}

TEST(SlotCalendarLaw, ABlockedStretchIsPassedOver) {
  rc::check([] {
    sim::SlotCalendar calendar(256);
    SlotSet model;
    const auto begin = *rc::gen::inRange<uint64_t>(0, 2000);
    const auto end = begin + *rc::gen::inRange<uint64_t>(1, 400);
    calendar.block(begin, end);
    for (uint64_t slot = begin; slot < end; ++slot) model.book(slot);
    for (int i = 0; i < 20; ++i) {
      const auto earliest =
          begin - std::min<uint64_t>(begin, 100) + *rc::gen::inRange<uint64_t>(0, 500);
      const auto slots = *rc::gen::inRange(1U, 40U);
      RC_ASSERT(calendar.book(earliest, slots) == model.book(earliest, slots));
    }
  });
}

}  // namespace
}  // namespace weft::tests
