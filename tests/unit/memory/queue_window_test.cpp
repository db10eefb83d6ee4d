// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/queue_window.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace weft::sim {
namespace {

TEST(QueueWindow, HasRoomUntilItIsFull) {
  QueueWindow queue(2);
  EXPECT_EQ(queue.room(), INT64_MIN);
  queue.depart(30);
  EXPECT_EQ(queue.room(), INT64_MIN);
  queue.depart(10);
  EXPECT_EQ(queue.room(), 10);
}

TEST(QueueWindow, ReservedEntriesTakeRoom) {
  QueueWindow queue(3);
  for (const int64_t tick : {50, 10, 30}) queue.depart(tick);
  EXPECT_EQ(queue.room(0), 10);
  EXPECT_EQ(queue.room(1), 30);
  EXPECT_EQ(queue.room(2), 50);
  EXPECT_EQ(queue.room(3), INT64_MAX);
}

TEST(QueueWindow, KnowsTheDepthLatestDeparturesInAnyOrder) {
  constexpr size_t kDepth = 8;
  QueueWindow queue(kDepth);
  base::Xoshiro256 random(3);
  std::vector<int64_t> all(kDepth, INT64_MIN);
  for (int i = 0; i < 500; ++i) {
    const auto tick = static_cast<int64_t>(10 * i + static_cast<int>(random.below(100)));
    queue.depart(tick);
    all.push_back(tick);
    std::sort(all.begin(), all.end());
    ASSERT_EQ(queue.room(), all[all.size() - kDepth]);
  }
}

TEST(RecentDepartures, TellWhenFewRemain) {
  RecentDepartures departures(4);
  for (const int64_t tick : {5, 40, 20, 30, 10}) departures.push(tick);
  EXPECT_EQ(departures.remaining_at_most(0), 40);
  EXPECT_EQ(departures.remaining_at_most(1), 30);
  EXPECT_EQ(departures.remaining_at_most(3), 10);
}

}  // namespace
}  // namespace weft::sim
