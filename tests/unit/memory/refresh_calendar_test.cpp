// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/refresh_calendar.h"

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

DramConfig config() {
  DramConfig config;
  config.timing.refi = 10'000;
  config.timing.rfc = 500;
  config.timing.rp = 20;
  config.timing.act_cycles = 1;
  return config;
}

TEST(RefreshCalendar, WithoutRefreshThereIsNoPause) {
  DramConfig none = config();
  none.controller.refresh = RefreshPolicy::None;
  RefreshCalendar refresh(none, 1);
  EXPECT_EQ(refresh.skip(0, 10'100), 10'100);
  EXPECT_GE(refresh.next_start(5), RefreshCalendar::kNever);
}

TEST(RefreshCalendar, AnIdleUnitPausesForTheRefreshAlone) {
  RefreshCalendar refresh(config(), 1);
  EXPECT_EQ(refresh.skip(0, 9'999), 9'999);
  EXPECT_EQ(refresh.skip(0, 10'000), 10'500);
  EXPECT_EQ(refresh.skip(0, 10'499), 10'500);
  EXPECT_EQ(refresh.skip(0, 10'500), 10'500);
  EXPECT_EQ(refresh.next_start(10'000), 20'000);
}

TEST(RefreshCalendar, OpenRowsArePrechargedFirst) {
  RefreshCalendar refresh(config(), 1);
  refresh.must_close_after(0, 10'000, 9'000);
  EXPECT_EQ(refresh.skip(0, 10'000), 10'520);
  refresh.must_close_after(0, 10'000, 10'030);
  EXPECT_EQ(refresh.skip(0, 10'000), 10'550);
}

TEST(RefreshCalendar, UnitsFollowEachOther) {
  RefreshCalendar refresh(config(), 2);
  refresh.must_close_after(0, 10'000, 9'000);
  refresh.must_close_after(1, 10'000, 9'000);
  EXPECT_EQ(refresh.skip(0, 10'000), 10'520);
  EXPECT_EQ(refresh.skip(1, 10'000), 10'541);
}

TEST(RefreshCalendar, EveryPauseIsItsOwn) {
  RefreshCalendar refresh(config(), 1);
  refresh.must_close_after(0, 10'000, 10'030);
  EXPECT_EQ(refresh.skip(0, 20'000), 20'500);
  EXPECT_EQ(refresh.skip(0, 10'000), 10'550);
}

}  // namespace
}  // namespace weft::sim
