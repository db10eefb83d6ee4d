// SPDX-License-Identifier: Apache-2.0
#include "sim/core/tick_rate.h"

#include <cmath>

#include <gtest/gtest.h>

namespace weft::tests {
namespace {

using sim::TickRate;

constexpr uint64_t kHour = 1'000'000'000'000;  // in cycles of 1 GHz: more than any run takes

TEST(TickRate, IsExactWhereThePeriodIsWhole) {
  const TickRate clock(1000);
  for (const uint64_t cycle : {uint64_t{1}, uint64_t{63}, uint64_t{1'000'003}, kHour}) {
    const uint64_t ps = cycle * 1000;
    EXPECT_EQ(clock.begin_ps(cycle), ps);
    EXPECT_EQ(clock.tick_of(ps), cycle);
    EXPECT_EQ(clock.tick_of(ps - 1), cycle - 1);
    EXPECT_EQ(clock.tick_from(ps), cycle);
    EXPECT_EQ(clock.tick_from(ps + 1), cycle + 1);
  }
}

TEST(TickRate, IsWithinAPicosecondWhereThePeriodIsNot) {
  for (const double period_ps : {505.0505, 1403.5087719, 16000.25}) {
    const TickRate rate(period_ps);
    for (uint64_t tick = 1; tick < 1'000'000'000; tick = tick * 3 + 1) {
      const double begins = static_cast<double>(tick) * period_ps;
      EXPECT_NEAR(static_cast<double>(rate.begin_ps(tick)), begins, 1.0);
      EXPECT_EQ(rate.tick_of(static_cast<uint64_t>(begins + 2)), tick);
      EXPECT_EQ(rate.tick_of(static_cast<uint64_t>(begins - 2)), tick - 1);
    }
  }
}

TEST(TickRate, TheTickFromItsOwnBeginIsTheSame) {
  const TickRate rate(700.3);
  for (uint64_t tick = 0; tick < 100'000; ++tick) {
    ASSERT_EQ(rate.tick_from(rate.begin_ps(tick)), tick);
  }
}

}  // namespace
}  // namespace weft::tests
