// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/dram_channel.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/unit/memory/presets.h"

namespace weft::sim {
namespace {

DramConfig quiet(std::string_view name) {
  DramConfig config = testing::preset(name);
  config.controller.refresh = RefreshPolicy::None;
  config.controller.mapping = AddressMapping::RoBaRaCoCh;
  return config;
}

uint64_t row_stride(const DramConfig& config) {
  const DramOrganization& o = config.organization;
  return static_cast<uint64_t>(o.row_bytes) *
         static_cast<uint64_t>(o.pseudo_channels * o.ranks * o.bank_groups * o.banks_per_group);
}

TEST(DramChannel, AReadOfAClosedRowTakesActivateReadAndBurst) {
  const DramConfig config = quiet("ddr4");
  const DramTiming& t = config.timing;
  DramChannel channel(config);
  EXPECT_EQ(channel.read(1000, 0).done, 1000 + t.rcd_rd + t.cl + t.bl);
}

TEST(DramChannel, AReadOfAnOpenRowTakesReadAndBurst) {
  const DramConfig config = quiet("ddr4");
  const DramTiming& t = config.timing;
  DramChannel channel(config);
  channel.read(1000, 0);
  const auto hit = channel.read(2000, 64);
  EXPECT_EQ(hit.done, 2000 + t.cl + t.bl);
  EXPECT_TRUE(hit.row_hit);
}

TEST(DramChannel, AReadOfAnotherRowTakesPrechargeFirst) {
  const DramConfig config = quiet("ddr4");
  const DramTiming& t = config.timing;
  DramChannel channel(config);
  channel.read(1000, 0);
  EXPECT_EQ(channel.read(2000, row_stride(config)).done, 2000 + t.rp + t.rcd_rd + t.cl + t.bl);
}

TEST(DramChannel, AConflictWaitsUntilTheRowMayClose) {
  const DramConfig config = quiet("ddr4");
  const DramTiming& t = config.timing;
  DramChannel channel(config);
  channel.read(1000, 0);
  EXPECT_EQ(channel.read(1000, row_stride(config)).done, 1000 + t.rc + t.rcd_rd + t.cl + t.bl);
}

TEST(DramChannel, ACommandOfSeveralTicksCountsFromItsEnd) {
  const DramConfig config = quiet("hbm3");
  const DramTiming& t = config.timing;
  DramChannel channel(config);
  EXPECT_EQ(channel.read(1000, 0).done,
            1000 + (t.act_cycles - 1) - (t.column_cycles - 1) + t.rcd_rd + 1 + t.cl + t.bl);
}

TEST(DramChannel, TheClosedPolicyNeedsNoPrecharge) {
  DramConfig config = quiet("ddr4");
  config.controller.page_policy = PagePolicy::Closed;
  const DramTiming& t = config.timing;
  DramChannel channel(config);
  channel.read(1000, 0);
  EXPECT_EQ(channel.read(2000, row_stride(config)).done, 2000 + t.rcd_rd + t.cl + t.bl);
  EXPECT_EQ(channel.read(3000, row_stride(config)).done, 3000 + t.rcd_rd + t.cl + t.bl);
}

// Slots are booked by capacity, so the first commands may come up to one slot early.
TEST(DramChannel, AnOpenRowAnswersAtTheRateOfItsBankGroup) {
  const DramConfig config = quiet("ddr4");
  DramChannel channel(config);
  const int64_t first = channel.read(1000, 0).done;
  for (int i = 1; i < 100; ++i) {
    const int64_t done = channel.read(1000, static_cast<uint64_t>(64 * i)).done;
    EXPECT_LE(done, first + i * config.timing.ccd_l);
    EXPECT_GT(done, first + (i - 1) * config.timing.ccd_l);
  }
}

TEST(DramChannel, FourActivatesFillTheWindow) {
  const DramConfig config = quiet("ddr5");
  const DramTiming& t = config.timing;
  DramChannel channel(config);
  for (int bank = 0; bank < 32; ++bank) {
    const auto row = static_cast<uint64_t>(bank * config.organization.row_bytes);
    const int64_t activate = channel.read(1000, row).left_queue;
    EXPECT_GE(activate, 1000 + (bank - 3) * t.faw / 4 - t.faw / 4);
    EXPECT_LE(activate, 1000 + (bank + 1) * t.faw / 4);
  }
}

TEST(DramChannel, APauseForRefreshCostsItsShareOfTheBandwidth) {
  const auto time_of = [](RefreshPolicy refresh) {
    DramConfig config = testing::preset("hbm2");
    config.controller.refresh = refresh;
    DramChannel channel(config);
    int64_t done = 0;
    for (uint64_t i = 0; i < 40'000; ++i)
      done = std::max(done, channel.read(static_cast<int64_t>(i), 32 * i).done);
    return static_cast<double>(done);
  };
  const DramTiming t = testing::preset("hbm2").timing;
  const double share = static_cast<double>(t.rfc) / t.refi;
  const double slower = time_of(RefreshPolicy::AllBank) / time_of(RefreshPolicy::None);
  EXPECT_GT(slower, 1 + share);
  EXPECT_LT(slower, 1 + 1.5 * share);
}

TEST(DramChannel, NothingIsReadInAPauseForRefresh) {
  DramConfig config = testing::preset("ddr4");
  const DramTiming& t = config.timing;
  DramChannel channel(config);
  EXPECT_EQ(channel.read(t.refi + 5, 0).done, t.refi + t.rfc + t.rcd_rd + t.cl + t.bl);
}

class DramChannelPresets : public ::testing::TestWithParam<const char*> {};

TEST_P(DramChannelPresets, AStreamNearlyReachesThePeakAndNeverPassesIt) {
  DramConfig config = testing::preset(GetParam());
  config.controller.refresh = RefreshPolicy::None;
  config.controller.mapping = AddressMapping::Mop4ClXor;
  DramChannel channel(config);
  constexpr int64_t kBursts = 20'000;
  QueueWindow queue(config.controller.read_queue);
  int64_t done = 0;
  for (int64_t i = 0; i < kBursts; ++i) {
    const auto served = channel.read(std::max<int64_t>(0, queue.room()),
                                     static_cast<uint64_t>(i * config.organization.burst_bytes));
    queue.depart(served.left_queue);
    done = std::max(done, served.done);
  }
  const double best =
      static_cast<double>(kBursts * config.timing.bl) / config.organization.pseudo_channels;
  EXPECT_GE(static_cast<double>(done), best);
  EXPECT_LE(static_cast<double>(done), best / 0.95);
}

TEST_P(DramChannelPresets, TheSameCallsGiveTheSameTimes) {
  const DramConfig config = testing::preset(GetParam());
  DramChannel one(config), two(config);
  base::Xoshiro256 random(5);
  for (int i = 0; i < 5000; ++i) {
    const auto tick = static_cast<int64_t>(10 * i + static_cast<int>(random.below(500)));
    const uint64_t address = random.below(1 << 26);
    if (random.below(3) == 0) {
      ASSERT_EQ(one.write(tick, address), two.write(tick, address));
    } else {
      ASSERT_EQ(one.read(tick, address).done, two.read(tick, address).done);
    }
  }
}

TEST_P(DramChannelPresets, NoReadIsFasterThanARowHit) {
  const DramConfig config = testing::preset(GetParam());
  DramChannel channel(config);
  base::Xoshiro256 random(9);
  for (int i = 0; i < 5000; ++i) {
    const auto tick = static_cast<int64_t>(6 * i + static_cast<int>(random.below(2000)));
    const auto served = channel.read(tick, random.below(1 << 20));
    ASSERT_GE(served.done, tick + config.timing.cl + config.timing.bl);
    ASSERT_GE(served.left_queue, tick);
  }
}

TEST_P(DramChannelPresets, LatencyRisesWithLoad) {
  const DramConfig config = testing::preset(GetParam());
  double before = 0;
  for (const int64_t spacing : {1999, 23, 11}) {
    DramChannel channel(config);
    base::Xoshiro256 random(11);
    double sum = 0;
    for (int64_t i = 0; i < 4000; ++i)
      sum +=
          static_cast<double>(channel.read(i * spacing, random.below(1 << 30)).done - i * spacing);
    EXPECT_GT(sum, before) << "one read in " << spacing << " ticks";
    before = sum;
  }
}

INSTANTIATE_TEST_SUITE_P(All, DramChannelPresets,
                         ::testing::Values("ddr4", "ddr5", "gddr6", "gddr6x", "hbm2", "hbm2e",
                                           "hbm3", "hbm3e", "piuma8"));

TEST(DramChannel, ACallFromThePastIsNotDelayedByTheFuture) {
  const DramConfig config = quiet("ddr4");
  const DramTiming& t = config.timing;
  DramChannel channel(config);
  base::Xoshiro256 random(13);
  for (int i = 0; i < 200; ++i) channel.read(10'000 + 10 * i, random.below(1 << 24));
  const auto early = channel.read(1000, 1 << 25);
  EXPECT_EQ(early.done, 1000 + t.rcd_rd + t.cl + t.bl);
}

TEST(DramChannel, TheOrderOfCallsMattersLittle) {
  const DramConfig config = quiet("hbm2");
  base::Xoshiro256 random(17);
  std::vector<std::pair<int64_t, uint64_t>> calls;
  for (int64_t i = 0; i < 20'000; ++i)
    calls.emplace_back(8 * i, random.below(1 << 28) & ~uint64_t{31});
  const auto mean_latency = [&](const std::vector<std::pair<int64_t, uint64_t>>& order) {
    DramChannel channel(config);
    double sum = 0;
    for (const auto& [tick, address] : order)
      sum += static_cast<double>(channel.read(tick, address).done - tick);
    return sum / static_cast<double>(order.size());
  };
  const double in_order = mean_latency(calls);
  std::vector<std::pair<int64_t, uint64_t>> skewed =
      calls;  // callers that run ahead of each other by up to 1 us
  for (size_t begin = 0; begin < skewed.size(); begin += 125) {
    const auto first = skewed.begin() + static_cast<std::ptrdiff_t>(begin);
    std::stable_partition(first, std::min(first + 125, skewed.end()),
                          [](const auto& call) { return call.first / 8 % 4 == 0; });
  }
  EXPECT_NEAR(mean_latency(skewed), in_order, 0.05 * in_order);
}

TEST(DramChannel, WritesWaitWhileReadsDo) {
  const DramConfig config = quiet("ddr4");
  DramChannel channel(config);
  EXPECT_EQ(channel.write(1000, 1 << 20), 1000);
  const auto read = channel.read(1000, 0);
  EXPECT_EQ(read.done, 1000 + config.timing.rcd_rd + config.timing.cl + config.timing.bl);
  EXPECT_EQ(channel.counters().row_misses, 2);
}

TEST(DramChannel, AWriteThatWentOutTurnsTheBusAround) {
  const DramConfig config = quiet("ddr4");
  const DramTiming& t = config.timing;
  DramChannel channel(config);
  channel.read(0, 0);
  channel.write(1000, 64);
  EXPECT_EQ(channel.read(1001, 128).done, 1000 + t.cwl + t.bl + t.wtr_l + t.cl + t.bl);
}

TEST(DramChannel, FullBuffersOfWritesHoldReadsUp) {
  const DramConfig config = quiet("ddr4");
  base::Xoshiro256 random(19);
  DramChannel channel(config);
  int64_t alone = 0, mixed = 0;
  for (int64_t i = 0; i < 3000; ++i)
    alone = std::max(alone, channel.read(0, random.below(1 << 30)).done);
  DramChannel busy(config);
  for (int64_t i = 0; i < 3000; ++i) {
    const int64_t now = 8 * i;
    mixed = std::max(mixed, busy.read(now, random.below(1 << 30)).done);
    busy.write(now, random.below(1 << 30));
  }
  EXPECT_GT(std::max(mixed, busy.flush()), alone * 18 / 10);
}

TEST(DramChannel, ARunTakesAsLongAsItsBurstsOneByOne) {
  for (const char* name : {"piuma8", "ddr4", "hbm2", "hbm3"}) {
    DramConfig config = testing::preset(name);
    config.controller.mapping = AddressMapping::RoBaRaCoCh;
    DramChannel one_by_one(config), at_once(config);
    base::Xoshiro256 random(29);
    for (int64_t run = 0; run < 300; ++run) {
      const int64_t now = 400 * run;
      const uint64_t address = random.below(1 << 20) * 64;
      const auto bursts = static_cast<int64_t>(1 + random.below(40));
      int64_t done = 0;
      for (int64_t i = 0; i < bursts; ++i) {
        const auto offset = static_cast<uint64_t>(i * config.organization.burst_bytes);
        done = std::max(done, one_by_one.read(now, address + offset).done);
      }
      EXPECT_NEAR(static_cast<double>(at_once.read_run(now, address, bursts)),
                  static_cast<double>(done), 0.05 * 400)
          << name;
    }
    EXPECT_EQ(at_once.counters().reads, one_by_one.counters().reads);
    EXPECT_EQ(at_once.busy_ticks(), one_by_one.busy_ticks());
  }
}

TEST(DramChannel, EveryBurstIsCountedOnce) {
  DramChannel channel(testing::preset("hbm3"));
  base::Xoshiro256 random(23);
  for (int i = 0; i < 1000; ++i) {
    channel.read(20 * i, random.below(1 << 22));
    channel.write(20 * i, random.below(1 << 22));
  }
  channel.flush();
  const auto counters = channel.counters();
  EXPECT_EQ(counters.reads, 1000);
  EXPECT_EQ(counters.writes, 1000);
  EXPECT_EQ(counters.row_hits + counters.row_misses, 2000);
  EXPECT_EQ(channel.busy_ticks(), 2000 * testing::preset("hbm3").timing.bl);
}

}  // namespace
}  // namespace weft::sim
