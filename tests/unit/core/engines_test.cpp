// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sim/core/collective_engine.h"
#include "sim/core/queue_engine.h"

namespace weft::tests {
namespace {

using sim::CollectiveEngine;
using sim::QueueEngine;

TEST(QueueEngine, HandsOutEveryTaskOnceAndInOrder) {
  QueueEngine queue(16);
  queue.offer(40, 43);
  for (int64_t task = 40; task < 43; ++task) {
    const QueueEngine::Answer answer = queue.take(100);
    EXPECT_TRUE(answer.found);
    EXPECT_EQ(answer.task, task);
  }
  EXPECT_FALSE(queue.take(100).found);
  queue.offer(7, 8);
  EXPECT_EQ(queue.take(100).task, 7);
}

TEST(QueueEngine, ServesOneRequestPerCycleAndAnswersAfterItsLatency) {
  QueueEngine queue(16);
  queue.offer(0, 100);
  EXPECT_EQ(queue.take(50).done, 50 + 16);
  EXPECT_EQ(queue.take(50).done, 51 + 16);
  EXPECT_EQ(queue.take(50).done, 52 + 16);
  EXPECT_EQ(queue.take(49).done, 49 + 16) << "a request that came before is not held up";
}

/// Finding out that nothing is left takes as long as getting a task.
TEST(QueueEngine, ChargesARequestForNothing) {
  QueueEngine queue(16);
  EXPECT_EQ(queue.take(50).done, 50 + 16);
}

TEST(CollectiveEngine, LetsAllLeaveACostAfterTheLastArrival) {
  CollectiveEngine barrier(32);
  EXPECT_FALSE(barrier.arrive(100, 3));
  EXPECT_FALSE(barrier.arrive(500, 3));
  EXPECT_TRUE(barrier.arrive(200, 3));
  EXPECT_EQ(barrier.leave().cycle, 500 + 32);
}

TEST(CollectiveEngine, GivesTheSumOfWhatTheMembersBrought) {
  CollectiveEngine reduction(32);
  EXPECT_FALSE(reduction.arrive(1, 3, 10));
  EXPECT_FALSE(reduction.arrive(2, 3, -4));
  EXPECT_TRUE(reduction.arrive(3, 3, 100));
  EXPECT_EQ(reduction.leave().sum, 106);
}

TEST(CollectiveEngine, BeginsEveryRoundAnew) {
  CollectiveEngine reduction(0);
  EXPECT_TRUE(reduction.arrive(900, 1, 5));
  EXPECT_EQ(reduction.leave().cycle, 900);
  EXPECT_FALSE(reduction.arrive(10, 2, 1));
  EXPECT_TRUE(reduction.arrive(20, 2, 1));
  const CollectiveEngine::Outcome outcome = reduction.leave();
  EXPECT_EQ(outcome.cycle, 20);
  EXPECT_EQ(outcome.sum, 2);
}

}  // namespace
}  // namespace weft::tests
