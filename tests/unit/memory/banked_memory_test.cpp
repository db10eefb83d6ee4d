// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/banked_memory.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "sim/memory/memory_controller.h"
#include "tests/unit/memory/presets.h"

namespace weft::sim {
namespace {

DramConfig piuma8() {
  return with_bandwidth_and_latency(testing::preset("piuma8"), 5.7, 90);
}

struct Request {
  AccessKind kind;
  uint64_t address;
  uint32_t bytes;
};
using Pattern = std::function<Request(base::Xoshiro256&)>;
using Answer = std::function<uint64_t(uint64_t arrival_ps, const Request&)>;

uint64_t word(base::Xoshiro256& random) {
  return random.below(1 << 25) * 8;
}

Request scattered_reads(base::Xoshiro256& random) {
  return {AccessKind::Read, word(random), 8};
}
Request scattered_atomics(base::Xoshiro256& random) {
  return {AccessKind::Atomic, word(random), 8};
}
Request runs_of_reads(base::Xoshiro256& random) {
  return {AccessKind::Read, word(random) & ~uint64_t{127}, 128};
}
/// As SMASH V3 has it: new entries, sums, operands.
Request entries(base::Xoshiro256& random) {
  const uint64_t draw = random.below(10);
  const AccessKind kind = draw < 6   ? AccessKind::Write
                          : draw < 8 ? AccessKind::Atomic
                                     : AccessKind::Read;
  return {kind, word(random), 8};
}

/// Requests in a second by `threads` that wait for each answer and 20 ns more.
double rate_of(const Pattern& pattern, unsigned threads, const Answer& memory) {
  constexpr unsigned kRequests = 20'000;
  constexpr uint64_t kPause = 20'000;
  using Turn = std::pair<uint64_t, unsigned>;  // time, thread
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns;
  for (unsigned thread = 0; thread < threads; ++thread) turns.emplace(1000 * thread, thread);
  base::Xoshiro256 random(1);
  uint64_t end_ps = 0;
  for (unsigned i = 0; i < kRequests; ++i) {
    const auto [now_ps, thread] = turns.top();
    turns.pop();
    const uint64_t done_ps = memory(now_ps, pattern(random));
    end_ps = std::max(end_ps, done_ps);
    turns.emplace(done_ps + kPause, thread);
  }
  return kRequests * 1e12 / static_cast<double>(end_ps);
}

TEST(BankedMemory, ThreadsDrawFromItWhatTheyDrawFromTheControllerOfCommands) {
  const std::pair<const char*, Pattern> patterns[] = {{"scattered reads", scattered_reads},
                                                      {"scattered atomics", scattered_atomics},
                                                      {"runs of reads", runs_of_reads},
                                                      {"entries", entries}};
  for (const auto& [name, pattern] : patterns) {
    for (const unsigned threads : {4U, 16U, 64U}) {
      BankedMemory banked(piuma8());
      MemoryController commands(piuma8());
      const double expected =
          rate_of(pattern, threads, [&](uint64_t arrival_ps, const Request& request) {
            return commands.access(arrival_ps, request.address, request.bytes, request.kind);
          });
      const double found =
          rate_of(pattern, threads, [&](uint64_t arrival_ps, const Request& request) {
            return banked.access(arrival_ps, request.kind, request.address, request.bytes);
          });
      EXPECT_NEAR(found, expected, 0.05 * expected) << name << ", " << threads << " threads";
    }
  }
}

TEST(BankedMemory, AnUnloadedReadTakesTheConfiguredLatencyExactly) {
  BankedMemory memory(piuma8());
  for (uint64_t i = 1; i < 20; ++i)
    EXPECT_EQ(memory.access(i * 1'000'000, AccessKind::Read, i * 8192, 8), i * 1'000'000 + 90'000);
}

TEST(BankedMemory, AnOpenRowAnswersWithoutAnActivate) {
  BankedMemory memory(piuma8());
  const uint64_t miss_ps = memory.access(1'000'000, AccessKind::Read, 0, 8) - 1'000'000;
  const uint64_t hit_ps = memory.access(1'020'000, AccessKind::Read, 8, 8) - 1'020'000;
  const uint64_t closed_ps = memory.access(2'000'000, AccessKind::Read, 16, 8) - 2'000'000;
  EXPECT_LT(hit_ps + 10'000, miss_ps);
  EXPECT_EQ(closed_ps, miss_ps);
  EXPECT_EQ(memory.counters().row_hits, 1U);
}

TEST(BankedMemory, AnotherRowOfTheSameBankWaitsForTheRowCycle) {
  BankedMemory memory(piuma8());
  constexpr uint64_t kSameBank = 32 * 1024;
  const uint64_t first_ps = memory.access(1'000'000, AccessKind::Read, 0, 8);
  const uint64_t second_ps = memory.access(1'000'000, AccessKind::Read, kSameBank, 8);
  EXPECT_NEAR(static_cast<double>(second_ps - first_ps), 48'000, 6'000);
}

TEST(BankedMemory, AtomicsOnOneWordFollowEachOther) {
  BankedMemory hot(piuma8());
  uint64_t before_ps = 0;
  for (unsigned i = 0; i < 32; ++i) {
    const uint64_t done_ps = hot.access(0, AccessKind::Atomic, 4096, 8);
    EXPECT_GT(done_ps, before_ps + 1000) << "atomic " << i;
    before_ps = done_ps;
  }
}

TEST(BankedMemory, WholeBurstsAreCounted) {
  BankedMemory memory(piuma8());
  memory.access(0, AccessKind::Read, 4, 8);
  memory.access(0, AccessKind::Write, 1024 - 8, 16);
  memory.access(0, AccessKind::Atomic, 0, 8);
  const MemoryCounters counters = memory.counters();
  EXPECT_EQ(counters.accesses, 6U);
  EXPECT_EQ(counters.read_bytes, 24U);
  EXPECT_EQ(counters.write_bytes, 24U);
  EXPECT_EQ(counters.atomics, 1U);
}

TEST(BankedMemory, KnowsWhichMemoriesItModels) {
  EXPECT_TRUE(BankedMemory::suits(piuma8()));
  for (const char* name : {"ddr4", "ddr5", "hbm3"})
    EXPECT_FALSE(BankedMemory::suits(testing::preset(name))) << name;
  DramConfig two_channels = piuma8();
  two_channels.channels = 2;
  EXPECT_FALSE(BankedMemory::suits(two_channels));
}

}  // namespace
}  // namespace weft::sim
