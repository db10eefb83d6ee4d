// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/capacity_calendar.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace weft::sim {
namespace {

constexpr int64_t kRemembered = 4096;

int64_t book(CapacityCalendar& calendar, int64_t from) {
  const int64_t tick = calendar.first_free(from);
  calendar.take(tick);
  return tick;
}

TEST(CapacityCalendar, AFreeSlotStartsAtOnce) {
  CapacityCalendar calendar(4 * 4, 1, kRemembered);
  EXPECT_EQ(book(calendar, 0), 0);
  EXPECT_EQ(book(calendar, 103), 103);
}

TEST(CapacityCalendar, ATakenSlotMovesToTheStartOfTheNext) {
  CapacityCalendar calendar(4 * 4, 1, kRemembered);
  EXPECT_EQ(book(calendar, 9), 9);
  EXPECT_EQ(book(calendar, 9), 12);
  EXPECT_EQ(book(calendar, 9), 16);
}

TEST(CapacityCalendar, AnEarlierCallFillsTheGapBeforeALaterOne) {
  CapacityCalendar calendar(4 * 4, 1, kRemembered);
  EXPECT_EQ(book(calendar, 400), 400);
  EXPECT_EQ(book(calendar, 40), 40);
  EXPECT_EQ(book(calendar, 40), 44);
}

TEST(CapacityCalendar, SearchCrossesFullWords) {
  CapacityCalendar calendar(4 * 1, 1, kRemembered);
  for (int64_t i = 0; i < 1000; ++i) EXPECT_EQ(book(calendar, 0), i);
}

TEST(CapacityCalendar, SlotsOfAFractionOfATickKeepTheirRate) {
  CapacityCalendar calendar(35, 1, kRemembered);  // 8.75 ticks
  for (int64_t i = 0; i < 100; ++i) EXPECT_EQ(book(calendar, 0), (35 * i + 3) / 4);
}

TEST(CapacityCalendar, ABurstStartsTogetherAfterARest) {
  CapacityCalendar calendar(4 * 10, 4, kRemembered);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(book(calendar, 200), 200);
  EXPECT_EQ(book(calendar, 200), 210);
  EXPECT_EQ(book(calendar, 200), 220);
}

TEST(CapacityCalendar, BlockedTicksAreNotFree) {
  CapacityCalendar calendar(4 * 4, 1, kRemembered);
  calendar.block(8, 17);
  EXPECT_EQ(calendar.first_free(8), 20);
  EXPECT_EQ(calendar.first_free(7), 7);
}

TEST(CapacityCalendar, TellsTheLastSlotTakenInARange) {
  CapacityCalendar calendar(4 * 4, 1, kRemembered);
  calendar.take(8);
  calendar.take(20);
  EXPECT_EQ(calendar.last_taken(0, 40), 20);
  EXPECT_EQ(calendar.last_taken(-10, 17), 8);
  EXPECT_EQ(calendar.last_taken(12, 16), -1);
}

TEST(CapacityCalendar, WhatIsForgottenIsNotFree) {
  CapacityCalendar calendar(4 * 4, 1, kRemembered);
  book(calendar, 1'000'000);
  const int64_t late = book(calendar, 0);
  EXPECT_GT(late, 1'000'000 - 4 * kRemembered);
  EXPECT_LT(late, 1'000'000);
}

TEST(CapacityCalendar, NeverServesMoreThanTheSlotsThatPassed) {
  base::Xoshiro256 random(7);
  for (const int burst : {1, 4}) {
    CapacityCalendar calendar(35, burst, kRemembered);
    std::vector<int64_t> booked;
    for (int i = 0; i < 300; ++i)
      booked.push_back(book(calendar, static_cast<int64_t>(random.below(2000))));
    std::sort(booked.begin(), booked.end());
    for (size_t first = 0; first < booked.size(); ++first) {
      for (size_t last = first; last < booked.size(); ++last) {
        const auto served = static_cast<double>(last - first + 1);
        const double slots =
            static_cast<double>(booked[last] - booked[first]) / 8.75 + 2 + (burst - 1);
        ASSERT_LE(served, slots);
      }
    }
  }
}

}  // namespace
}  // namespace weft::sim
