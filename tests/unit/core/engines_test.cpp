// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "sim/core/collective_engine.h"
#include "sim/core/dma_engines.h"
#include "sim/core/queue_engine.h"
#include "tests/support/lone_core.h"

namespace weft::tests {
namespace {

using sim::CollectiveEngine;
using sim::DmaEngines;
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

/// Requests of 8 bytes in a cycle that fills by many threads make.
double request_rate(unsigned engines, unsigned outstanding, sim::MemoryPort& memory) {
  constexpr uint64_t kFills = 512, kBytes = 512;
  DmaEngines dma(engines, {.outstanding = outstanding, .run_bytes = 8}, memory);
  uint64_t done = 0;
  for (uint64_t i = 0; i < kFills; ++i) done = std::max(done, dma.fill(0, i * kBytes, kBytes));
  EXPECT_EQ(dma.bytes(), kFills * kBytes);
  EXPECT_EQ(dma.descriptors(), kFills);
  return static_cast<double>(kFills * kBytes / 8) / static_cast<double>(done);
}

TEST(DmaEngines, DoubleTheRequestRateWhereLatencyBounds) {
  constexpr unsigned kOutstanding = 16;
  LatencyPort memory(400);
  const double one = request_rate(1, kOutstanding, memory);
  EXPECT_NEAR(one, kOutstanding / 400.0, 0.02 * one);
  EXPECT_NEAR(request_rate(2, kOutstanding, memory), 2 * one, 0.04 * one);
  EXPECT_NEAR(request_rate(4, kOutstanding, memory), 4 * one, 0.08 * one);
}

TEST(DmaEngines, AreNoFasterThanTheMemory) {
  constexpr double kBytesPerNs = 4;
  const auto rate = [](unsigned engines) {
    FlatPort memory({.latency_ns = 90, .gb_s = kBytesPerNs});
    return request_rate(engines, 64, memory);
  };
  EXPECT_NEAR(rate(1), kBytesPerNs / 8, 0.02);
  EXPECT_NEAR(rate(2), kBytesPerNs / 8, 0.02);
}

TEST(DmaEngines, AGroupIsDoneWhenEveryEngineIsDoneWithIt) {
  LatencyPort memory(100);
  DmaEngines dma(2, {}, memory);
  dma.post(0, {.source = 0, .destination = 1 << 20, .bytes = 64, .group = 3});
  dma.post(0, {.source = 4096, .destination = 2 << 20, .bytes = 64 << 10, .group = 3});
  EXPECT_FALSE(dma.background_idle());
  uint64_t done_at = 0;
  dma.advance(1000);
  EXPECT_FALSE(dma.group_done(3, done_at)) << "the short one is done, the long one is not";
  while (!dma.background_idle()) dma.advance(dma.background_at() + 1000);
  EXPECT_TRUE(dma.group_done(3, done_at));
  EXPECT_EQ(done_at, dma.background_done_at());
  EXPECT_GT(done_at, 1000U);
}

}  // namespace
}  // namespace weft::tests
