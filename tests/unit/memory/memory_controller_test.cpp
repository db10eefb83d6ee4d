// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/memory_controller.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/unit/memory/presets.h"

namespace weft::sim {
namespace {

uint64_t unloaded_ps(const DramConfig& config) {
  return static_cast<uint64_t>(std::llround(config.unloaded_read_ns() * 1000));
}

TEST(MemoryController, AnUnloadedReadTakesTheConfiguredLatencyExactly) {
  for (const double gb_s : {5.7, 17.6}) {
    MemoryController memory(with_bandwidth_and_latency(testing::preset("piuma8"), gb_s, 90));
    const auto tick = static_cast<uint64_t>(memory.config().timing.tick_ps);
    for (uint64_t i = 1; i < 20; ++i)
      EXPECT_EQ(memory.access(i * 1000 * tick, i * 8192, 8, AccessKind::Read),
                i * 1000 * tick + 90'000);
  }
}

TEST(MemoryController, AnArrivalBetweenTicksWaitsForTheNext) {
  MemoryController memory(testing::preset("ddr4"));
  EXPECT_EQ(memory.access(625'000, 0, 64, AccessKind::Read),
            625'000 + unloaded_ps(memory.config()));
  EXPECT_EQ(memory.access(60'000'001, 1 << 20, 64, AccessKind::Read),
            60'000'625 + unloaded_ps(memory.config()));
}

TEST(MemoryController, FrontAndBackAreAdded) {
  DramConfig config = testing::preset("ddr4");
  config.controller.front_ns = 10;
  config.controller.back_ns = 5;
  MemoryController memory(config);
  EXPECT_EQ(memory.access(625'000, 0, 64, AccessKind::Read), 625'000 + unloaded_ps(config));
  EXPECT_EQ(memory.access(60'000'000, 0, 64, AccessKind::Write), 60'010'000u);
}

TEST(MemoryController, ASmallAccessMovesAWholeBurst) {
  MemoryController memory(testing::preset("ddr4"));
  memory.access(0, 8, 8, AccessKind::Read);
  memory.access(0, 60, 8, AccessKind::Read);
  memory.access(0, 0, 1024, AccessKind::Write);
  memory.flush();
  const auto counters = memory.counters();
  EXPECT_EQ(counters.read_bytes, 16);
  EXPECT_EQ(counters.write_bytes, 1024);
  EXPECT_EQ(counters.bursts, 1 + 2 + 16);
  EXPECT_EQ(counters.busy_ps, 19 * 4 * 625);
}

TEST(MemoryController, ChannelsShareTheWork) {
  DramConfig config = testing::preset("hbm2");
  const auto time_of = [&](int channels) {
    config.channels = channels;
    MemoryController memory(config);
    uint64_t done = 0;
    for (uint64_t i = 0; i < 2000; ++i)
      done = std::max(done, memory.access(1000, 64 * i, 64, AccessKind::Read));
    return static_cast<double>(done);
  };
  EXPECT_GT(time_of(1), 3.5 * time_of(4));
}

TEST(MemoryController, AnAtomicReadsModifiesAndWritesBack) {
  MemoryController memory(testing::preset("piuma8"));
  const DramConfig& config = memory.config();
  const auto tick = static_cast<uint64_t>(config.timing.tick_ps);
  const uint64_t modify = (1000 + tick - 1) / tick * tick;  // 1 ns in whole ticks
  EXPECT_EQ(memory.access(0, 0, 8, AccessKind::Atomic), unloaded_ps(config) + modify);
  memory.flush();
  const auto counters = memory.counters();
  EXPECT_EQ(counters.atomics, 1);
  EXPECT_EQ(counters.bursts, 2);
  EXPECT_EQ(counters.read_bytes, 8);
  EXPECT_EQ(counters.write_bytes, 8);
}

TEST(MemoryController, AtomicsOnOneAddressQueue) {
  MemoryController hot(testing::preset("piuma8")), spread(testing::preset("piuma8"));
  uint64_t hot_done = 0, spread_done = 0, before = 0;
  for (uint64_t i = 0; i < 32; ++i) {
    hot_done = hot.access(0, 4096, 8, AccessKind::Atomic);
    EXPECT_GT(hot_done, before + 1000) << "atomic " << i;
    before = hot_done;
    spread_done = std::max(spread_done, spread.access(0, 1024 * i, 8, AccessKind::Atomic));
  }
  EXPECT_GT(hot_done, 5 * spread_done);
}

TEST(MemoryController, ResetForgetsEverything) {
  MemoryController memory(testing::preset("piuma8"));
  base::Xoshiro256 random(3);
  std::vector<uint64_t> first, second;
  for (std::vector<uint64_t>* times : {&first, &second}) {
    memory.reset();
    base::Xoshiro256 same = random;
    for (int i = 0; i < 500; ++i) {
      const auto kind = static_cast<AccessKind>(same.below(3));
      times->push_back(memory.access(same.below(100'000), same.below(4096) * 8, 8, kind));
    }
  }
  EXPECT_EQ(first, second);
  memory.reset();
  EXPECT_EQ(memory.counters(), MemoryController::Counters{});
}

TEST(MemoryController, ManyThreadsDrawTheBandwidthTheirNumberAllows) {
  MemoryController memory(testing::preset("piuma8"));
  base::Xoshiro256 random(5);
  constexpr int kThreads = 16, kLoads = 500;
  std::vector<uint64_t> now(kThreads, 0);
  for (int load = 0; load < kLoads; ++load) {
    for (uint64_t& time : now)
      time = memory.access(time, random.below(1 << 28) & ~uint64_t{7}, 8, AccessKind::Read);
  }
  const double gb_s = 8.0 * kThreads * kLoads /
                      static_cast<double>(*std::max_element(now.begin(), now.end())) * 1000;
  EXPECT_LE(gb_s, 8.0 * kThreads / 90);
  EXPECT_GE(gb_s, 0.85 * 8.0 * kThreads / 90);
}

}  // namespace
}  // namespace weft::sim
