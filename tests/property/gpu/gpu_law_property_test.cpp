// SPDX-License-Identifier: Apache-2.0
// Laws of the SM array on products of any shape.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "mapper/gpu/choose_tile.h"
#include "mapper/gpu/exact_tile.h"
#include "mapper/gpu/tensor_rate.h"
#include "sim/gpu/gpu_machine.h"
#include "tests/support/gpu_kernels.h"

namespace weft::sim {
namespace {

using mapper::ContractionShape;
using mapper::TileChoice;

/// A small machine with a timeline, one for all tests: SystemC elaborates once in a process. Its
/// power limit holds nothing back, so that the clock is the same in all runs.
Timeline& timeline() {
  static Timeline timeline(1024);
  return timeline;
}

GpuMachine& machine() {
  static GpuMachine machine(
      testing_support::load_gpu("a100-sxm-80gb", {"sms=12", "power.limit_w=10000"}), {},
      &timeline());
  return machine;
}

const machine::GpuDescription& gpu() {
  return machine().description();
}

ContractionShape shape_of(int64_t m, int64_t n, int64_t k, bool halves) {
  ContractionShape shape;
  shape.m = m;
  shape.n = n;
  shape.k = k;
  if (!halves) return shape;
  shape.math = program::MathType::Fp16;
  shape.tensor_cores = true;
  shape.a_bytes = shape.b_bytes = shape.c_bytes = 2;
  return shape;
}

program::GridProgram program_of(const ContractionShape& shape, const TileChoice& tile) {
  program::GridProgram program;
  program.launches.push_back(mapper::tile_launch("product", shape, tile));
  return program;
}

LaunchRun run(const ContractionShape& shape, const TileChoice& tile) {
  return machine().run(program_of(shape, tile)).launches.front();
}

ContractionShape any_shape() {
  const auto extent = [](int64_t most) { return *rc::gen::inRange<int64_t>(1, most); };
  return shape_of(extent(3000), extent(3000), extent(1500), *rc::gen::arbitrary<bool>());
}

double sum(const SmCauseCycles& causes) {
  return std::accumulate(causes.begin(), causes.end(), 0.0);
}

RC_GTEST_PROP(GpuLaws, CausesAddUpToTheCyclesOfAllSms, ()) {
  const ContractionShape shape = any_shape();
  const LaunchRun done = run(shape, mapper::choose_tile(shape, gpu()));
  RC_ASSERT(std::abs(sum(done.causes) / (done.cycles * gpu().sms) - 1) < 1e-6);
  for (const double cycles : done.causes) RC_ASSERT(cycles >= 0);
  // As every track of the timeline: those of SMs and those of places for CTAs.
  const Timeline& seen = timeline();
  for (size_t track = 0; track < seen.tracks().size(); ++track) {
    if (seen.tracks()[track].kind != TimelineTrack::Kind::States || !seen.is_shown(track)) continue;
    const auto first =
        seen.rows().back().values.begin() + static_cast<std::ptrdiff_t>(seen.column(track));
    const auto states = static_cast<std::ptrdiff_t>(seen.tracks()[track].series.size());
    RC_ASSERT(std::abs(std::accumulate(first, first + states, 0.0) / done.cycles - 1) < 1e-2);
  }
}

RC_GTEST_PROP(GpuLaws, BytesBalanceFromTheSmsToDram, ()) {
  const ContractionShape shape = any_shape();
  TileChoice tile = mapper::choose_tile(shape, gpu());
  tile.cluster = *rc::gen::inRange(1, 5);
  const LaunchRun done = run(shape, tile);
  const TileMemoryCounters& memory = done.memory;
  const double reads = memory.l2_bytes - memory.dram_write_bytes - done.left_in_l2_bytes;
  RC_ASSERT(std::abs(reads - memory.l2_hit_bytes - memory.dram_read_bytes) <= 1e-6 * reads);
  const double operands = static_cast<double>(shape.m * shape.k) * shape.a_bytes +
                          static_cast<double>(shape.k * shape.n) * shape.b_bytes;
  // Cold: every needed byte comes from DRAM at least once.
  RC_ASSERT(memory.dram_read_bytes >= operands * (1 - 1e-6));
  // Nothing moves faster than DRAM does.
  const GpuMemoryParameters dram = gpu_parameters(gpu(), gpu().clock.max_ghz).memory;
  RC_ASSERT(memory.dram_read_bytes + memory.dram_write_bytes <=
            dram.dram_bytes_per_cycle * done.cycles * (1 + 1e-9));
}

/// A cluster lies where it saves more, its last one may be smaller, and it never makes a launch ask
/// the L2 for more.
RC_GTEST_PROP(GpuLaws, ClustersAskTheL2ForLess, ()) {
  const ContractionShape shape = any_shape();
  TileChoice tile = mapper::choose_tile(shape, gpu());
  tile.split_k = 1;
  const LaunchRun alone = run(shape, tile);
  tile.cluster = *rc::gen::inRange(2, 5);
  const LaunchRun together = run(shape, tile);
  RC_ASSERT(together.memory.l2_bytes <= alone.memory.l2_bytes * (1 + 1e-9));
  RC_ASSERT(std::abs(together.memory.dram_write_bytes / alone.memory.dram_write_bytes - 1) < 1e-3);
  RC_ASSERT(together.cycles <= alone.cycles * 1.01 + 8);
  const auto [a, b] = mapper::readers_of(shape, tile);
  RC_ASSERT(std::min(a, b) == 1 && std::max(a, b) <= tile.cluster);
}

TEST(TileClusters, ShareTheLargerOperandAmongThoseThatAreThere) {
  TileChoice tile;
  tile.m = 128;
  tile.n = 256;
  tile.cluster = 2;
  EXPECT_EQ(mapper::readers_of(shape_of(512, 512, 64, true), tile).b, 2);
  EXPECT_EQ(mapper::readers_of(shape_of(384, 512, 64, true), tile).b, 1.5);  // two and one
  EXPECT_EQ(mapper::readers_of(shape_of(128, 512, 64, true), tile).b, 1);
  EXPECT_EQ(mapper::readers_of(shape_of(128, 512, 64, true), tile).a, 2);
}

/// Pieces of a loop are as long as the L2 can hold what all CTAs ask for in two of them, and no
/// shorter than the buffers: how often a block comes from DRAM is not a matter of the pieces.
TEST(LaunchPlans, PiecesOfALoopFitTheL2) {
  const ContractionShape shape = shape_of(1536, 1536, 16384, true);
  const program::Launch launch =
      mapper::tile_launch("product", shape, mapper::exact_tile(shape, gpu(), {128, 128, 32, 4}));
  GpuParameters parameters = gpu_parameters(gpu(), 1.0);
  const auto pieces = [&](double l2_bytes) {
    parameters.memory.l2_bytes = l2_bytes;
    return plan_launch(launch, parameters, 1, {}).segments.front().chunk_iterations;
  };
  constexpr double kMiB = 1 << 20;
  const int64_t usual = (launch.segments.front().iterations + 11) / 12;
  EXPECT_EQ(pieces(400 * kMiB), usual);
  const int64_t shorter = pieces(1 * kMiB);
  EXPECT_LT(shorter, usual);
  EXPECT_GE(shorter, launch.stages - 1);
  EXPECT_EQ(pieces(0.01 * kMiB), launch.stages - 1);
  EXPECT_NEAR(static_cast<double>(pieces(8 * kMiB)), 2.0 * static_cast<double>(pieces(4 * kMiB)),
              1);
}

/// Half a sector costs a whole one between L2 and SM; DRAM reads it once for both halves, but no
/// faster than it opens rows.
TEST(TileCosts, FollowSectorsAndChannels) {
  GpuMemoryParameters memory;
  memory.dram_channels = 4;
  memory.dram_bytes_per_cycle = 64;  // a sector takes a channel two cycles
  memory.dram_piece_cycles = 5;
  EXPECT_EQ(tile_cost(memory, 0).port, 1);
  EXPECT_EQ(tile_cost(memory, 0).dram, 1);
  EXPECT_EQ(tile_cost(memory, 16).port, 2);
  EXPECT_EQ(tile_cost(memory, 16).dram, 2.5);
  EXPECT_EQ(tile_cost(memory, 32).port, 1);
  EXPECT_EQ(tile_cost(memory, 32).dram, 2.5);
  EXPECT_EQ(tile_cost(memory, 64).dram, 1.25);
  EXPECT_EQ(tile_cost(memory, 128).dram, 1);
}

/// With one buffer the loop and the latency of its blocks add up.
TEST(GpuLoops, ASecondBufferHidesLatency) {
  const ContractionShape shape = shape_of(48, 64, 4096, false);
  TileChoice tile = mapper::exact_tile(shape, gpu(), {16, 16, 16, 1, false, 0, true});
  const double waiting = run(shape, tile).cycles;
  tile.stages = 3;
  EXPECT_GT(waiting, 1.5 * run(shape, tile).cycles);
}

/// However short a sum is: its blocks are asked for as far ahead as there are buffers.
TEST(GpuLoops, BuffersHideLatencyOfShortSums) {
  const auto cycles = [](int64_t k, int stages) {
    TileChoice tile = mapper::exact_tile(shape_of(64, 64, k, true), gpu(), {64, 64, 32, stages});
    return run(shape_of(64, 64, k, true), tile).cycles;
  };
  for (int64_t blocks = 6; blocks < 40; ++blocks) {
    EXPECT_LE(cycles(32 * blocks, 6), cycles(32 * (blocks + 1), 6)) << blocks;
  }
  EXPECT_GT(cycles(32 * 12, 2), 2 * cycles(32 * 12, 6));
}

LoopTiming timing_of(const program::WarpStep& step, const SmParameters& sm, unsigned warps) {
  program::LoopBody body;
  body.steps = {step};
  return time_loop(sm, body, warps, 1);
}

TEST(GpuLoops, TwoIssuesACycleAreTwiceTheInstructions) {
  SmParameters sm;
  sm.alu_lanes = 64;  // of a sub-core: two instructions a cycle
  const program::WarpStep alu{program::WarpOp::Alu, 10};
  const double one = timing_of(alu, sm, 32).cycles;
  sm.issue = 2;
  EXPECT_NEAR(timing_of(alu, sm, 32).cycles, one / 2, 1);
}

TEST(GpuLoops, ChainsOfDoublesHaveTheLatencyOfTheirPipe) {
  SmParameters sm;
  sm.fp64_latency = 48;
  program::WarpStep chain{program::WarpOp::Fma64, 1};
  chain.gives = chain.needs = 0;
  EXPECT_GE(timing_of(chain, sm, 1).cycles, 48);
}

program::TileTraffic traffic_of(const std::string& tensor) {
  program::TileTraffic traffic;
  traffic.tensor = tensor;
  return traffic;
}

/// What one launch wrote is there for the next, until as many bytes came after it as the L2 holds.
TEST(CachedTensorsOfAnL2, AreThoseOfTheLastBytes) {
  program::Launch first, second;
  first.segments.resize(1);
  first.segments[0].loads = {traffic_of("X")};
  first.segments[0].stores = {traffic_of("T")};
  second.segments.resize(1);
  second.segments[0].loads = {traffic_of("T")};
  CachedTensors cached(1000);
  EXPECT_FALSE(cached.holds("T"));
  cached.note(first, 600, 0);
  EXPECT_TRUE(cached.holds("T") && cached.holds("X"));
  cached.note(second, 500, 30);
  EXPECT_TRUE(cached.holds("T"));
  EXPECT_FALSE(cached.holds("X"));
  EXPECT_EQ(cached.unwritten_bytes(), 30);
}

TEST(CachedTensorsOfAnL2, AreNotReadFromDramAgain) {
  const ContractionShape shape = shape_of(512, 512, 512, true);
  const TileChoice tile = mapper::choose_tile(shape, gpu());
  program::GridProgram twice = program_of(shape, tile);
  twice.launches.push_back(twice.launches.front());
  const GpuRun done = machine().run(twice);
  EXPECT_GT(done.launches[0].memory.dram_read_bytes, 0);
  EXPECT_EQ(done.launches[1].memory.dram_read_bytes, 0);
}

/// Multipliers do not switch on zeros: a tile that is mostly padding takes the energy of the rest.
TEST(GpuPower, PaddingTakesNoEnergyOfMultipliers) {
  const auto energy_j = [](int64_t n) {
    const ContractionShape shape = shape_of(256, n, 512, true);
    const TileChoice tile = mapper::exact_tile(shape, gpu(), {64, 64, 32, 4});
    return machine().run(program_of(shape, tile)).energy_j;
  };
  EXPECT_NEAR(energy_j(8).at("tensor"), energy_j(64).at("tensor") / 8, 1e-15);
  EXPECT_EQ(energy_j(8).at("instructions"), energy_j(64).at("instructions"));
}

RC_GTEST_PROP(GpuLaws, AchievedOccupancyStaysBelowTheTheoretical, ()) {
  const ContractionShape shape = any_shape();
  const LaunchRun done = run(shape, mapper::choose_tile(shape, gpu()));
  RC_ASSERT(done.achieved_occupancy > 0);
  RC_ASSERT(done.achieved_occupancy <= done.occupancy.theoretical * (1 + 1e-9));
}

RC_GTEST_PROP(GpuLaws, TensorCoresNeverExceedTheirPeak, ()) {
  const ContractionShape shape = shape_of(*rc::gen::inRange<int64_t>(1, 4000), 2048, 1024, true);
  const LaunchRun done = run(shape, mapper::choose_tile(shape, gpu()));
  const double peak = mapper::tensor_rate(gpu().sm.tensor.fma_per_cycle, shape.math) * gpu().sms;
  const double did = done.activity.tensor_fma[static_cast<size_t>(shape.math)];
  RC_ASSERT(did <= peak * done.cycles);
  RC_ASSERT(did >= shape.multiply_adds());
}

RC_GTEST_PROP(GpuLaws, TheSameProgramTakesTheSameTime, ()) {
  const ContractionShape shape = any_shape();
  const TileChoice tile = mapper::choose_tile(shape, gpu());
  const LaunchRun first = run(shape, tile);
  const LaunchRun second = run(shape, tile);
  RC_ASSERT(first.cycles == second.cycles);
  RC_ASSERT(first.memory.dram_read_bytes == second.memory.dram_read_bytes);
  RC_ASSERT(first.causes == second.causes);
}

/// A tile of halves that leaves room for one CTA in an SM.
TileChoice lone_tile() {
  TileChoice tile;
  tile.m = 128;
  tile.n = 256;
  tile.k = 32;
  tile.warp_m = tile.warp_n = 64;
  tile.threads = 256;
  tile.stages = 3;
  return tile;
}

TEST(WaveLaw, OneCtaMoreThanAFullWaveCostsAWave) {
  const TileChoice tile = lone_tile();
  const auto cycles = [&](int64_t tiles) {
    return run(shape_of(tiles * tile.m, tile.n, 4096, true), tile).cycles;
  };
  const double full = cycles(12);
  ASSERT_EQ(run(shape_of(12 * tile.m, tile.n, 4096, true), tile).waves, 1);
  EXPECT_GT(cycles(13), 1.8 * full);
  EXPECT_NEAR(cycles(24) / cycles(13), 1, 0.1);
}

TEST(WaveLaw, PartialTilesTakeTheTimeOfWholeOnes) {
  const TileChoice tile = lone_tile();
  const double whole = run(shape_of(12 * 128, 256, 4096, true), tile).cycles;
  const double partial = run(shape_of(12 * 128 - 100, 200, 4096, true), tile).cycles;
  EXPECT_NEAR(partial / whole, 1, 0.05);
}

TEST(WaveLaw, SampledWavesGiveTheTimeOfAll) {
  const TileChoice tile = lone_tile();
  // More waves than are simulated whole; twice as many take twice as long.
  const LaunchRun once = run(shape_of(12 * 128 * 20, 256, 1024, true), tile);
  const LaunchRun twice = run(shape_of(12 * 128 * 40, 256, 1024, true), tile);
  ASSERT_LT(once.simulated_ctas, once.ctas);
  EXPECT_NEAR(twice.cycles / once.cycles, 2, 0.1);
}

}  // namespace
}  // namespace weft::sim
