// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/ir/holes.h"
#include "mapper/gpu/group_launch.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/gpu/shared_fit.h"
#include "tests/support/gpu_kernels.h"
#include "tests/support/sanitized.h"

namespace weft::mapper {
namespace {

using testing::IsEmpty;
using testing_support::load_gpu;
using testing_support::load_kernel;
using testing_support::Params;

struct Lowered {
  ir::Kernel kernel;
  GpuMapping mapping;
  program::GridProgram program;
};

/// Lowers in place, since a mapping points into its kernel.
void lower(Lowered& lowered, const std::string& kernel, const std::string& gpu,
           const Params& params = {}) {
  lowered.kernel = load_kernel(kernel, params);
  const auto messages = testing_support::lower(lowered.kernel, load_gpu(gpu), &lowered.mapping);
  ASSERT_THAT(messages, IsEmpty()) << kernel << " on " << gpu;
  base::Diagnostics diagnostics;
  lowered.program = compile_mapping(lowered.mapping, diagnostics);
}

/// Tiles of 128 columns would cut the product into as many pieces as there are SMs, each of which
/// is padding for the most part.
TEST(Lowering, AProductOfFewColumnsGivesEverySmWork) {
  for (const char* columns : {"8", "64"}) {
    Lowered lowered;
    lower(lowered, "gemm24", "a100-sxm-80gb",
          {{"M", "13824"}, {"N", columns}, {"K", "5120"}, {"dtype", "f16"}});
    const program::Grid& grid = lowered.program.launches.front().grid;
    EXPECT_GE(grid.ctas(), load_gpu("a100-sxm-80gb").sms) << columns;
  }
}

TEST(FillGpuHoles, LeavesNoHoleAndIsDeterministic) {
  for (const std::string kernel :
       {"gemm", "bmm", "blockdiag", "gemm24", "monarch", "lowrank", "armor"}) {
    // TileValues lowers all of them under sanitizers.
    if (tests::kSanitized && kernel != "armor" && kernel != "gemm") continue;
    Lowered first, second;
    lower(first, kernel, "h200", {{"dtype", "f16"}});
    lower(second, kernel, "h200", {{"dtype", "f16"}});
    EXPECT_THAT(ir::holes(first.kernel), IsEmpty());
    EXPECT_EQ(first.kernel, second.kernel) << kernel;
  }
}

TEST(FillGpuHoles, AFilledKernelLowersToTheSameTiles) {
  for (const char* dtype : {"f32", "f16", "i8"}) {
    Lowered open;
    lower(open, "gemm", "a100-sxm-80gb", {{"M", "300"}, {"dtype", dtype}});
    base::Diagnostics diagnostics;
    const GpuMapping again =
        lower_contractions(open.kernel, load_gpu("a100-sxm-80gb"), diagnostics);
    ASSERT_TRUE(diagnostics.empty());
    const TileChoice& tile = again.groups[0].statements[0].tile;
    EXPECT_EQ(tile.str(), open.mapping.groups[0].statements[0].tile.str());
  }
}

TEST(LowerContractions, FloatsUseThePipesAndHalvesTheTensorCores) {
  Lowered floats, halves;
  lower(floats, "gemm", "h200");
  lower(halves, "gemm", "h200", {{"dtype", "f16"}});
  EXPECT_FALSE(floats.mapping.groups[0].statements[0].shape.tensor_cores);
  EXPECT_TRUE(halves.mapping.groups[0].statements[0].shape.tensor_cores);
  EXPECT_TRUE(halves.program.launches[0].tma);
}

TEST(LowerContractions, MachinesWithoutAnEngineLoadByTheirThreads) {
  for (const auto& [gpu, via] : {std::pair{"h200", ir::Transfer::Tma},
                                 {"a100-sxm-80gb", ir::Transfer::CpAsync},
                                 {"v100", ir::Transfer::Load}}) {
    Lowered lowered;
    lower(lowered, "gemm", gpu, {{"dtype", "f16"}});
    const auto& hold = *lowered.kernel.schedule.statements.find("mul")->hold.find("A");
    EXPECT_EQ(hold.via.value(), via) << gpu;
  }
}

TEST(LowerContractions, AFusedTensorMovesNoBytesBelowTheSm) {
  Lowered fused;
  lower(fused, "monarch", "h200");
  ASSERT_EQ(fused.program.launches.size(), 1U);
  const program::Launch& launch = fused.program.launches[0];
  ASSERT_EQ(launch.segments.size(), 2U);
  for (const program::Segment& segment : launch.segments) {
    for (const auto& list : {segment.loads, segment.stores}) {
      for (const program::TileTraffic& traffic : list) EXPECT_NE(traffic.tensor, "T");
    }
  }
  // Its slice, 64 tokens of 1024 halves, lies in shared memory.
  EXPECT_EQ(fused.mapping.groups[0].fused_shared_bytes, 64 * 1024 * 2);
}

TEST(LowerContractions, SmallSharedMemoryNarrowsTheTilesOfFusedStatements) {
  Lowered large, small;
  lower(large, "monarch", "h200");
  lower(small, "monarch", "t4");
  const auto tokens = [](const Lowered& lowered) {
    return lowered.mapping.groups[0].statements[0].tile.n;
  };
  EXPECT_LT(tokens(small), tokens(large));
  EXPECT_LE(shared_bytes(small.mapping.groups[0]), shared_limit(small.kernel, load_gpu("t4")));
}

TEST(LowerContractions, WhatFitsNoSmGoesThroughDram) {
  Lowered wide;
  lower(wide, "monarch", "t4", {{"Kb", "64"}, {"Q", "64"}, {"Lb", "64"}, {"R", "64"}});
  EXPECT_EQ(wide.program.launches.size(), 2U);
  EXPECT_EQ(wide.kernel.schedule.fuse_at.find("T")->in.value(), ir::Memory::Dram);
}

/// A low-rank layer whose middle stays on the SM; `split` is the word for the sum of its first
/// product.
std::string thin_layer(const std::string& split) {
  return "kir: 1\nkernel: thin\nindex: {m: 64, k: 512, r: 32, c: 256}\ntensors:\n"
         "  X: {dims: [k, c], dtype: f16, levels: [dense(k), dense(c)]}\n"
         "  V: {dims: [r, k], dtype: f16, levels: [dense(r), dense(k)]}\n"
         "  T: {dims: [r, c], dtype: f16, levels: [dense(r), dense(c)]}\n"
         "  U: {dims: [m, r], dtype: f16, levels: [dense(m), dense(r)]}\n"
         "  Y: {dims: [m, c], dtype: f16, levels: [dense(m), dense(c)]}\n"
         "compute:\n  - down: T[r,c] += V[r,k] * X[k,c]\n  - up: Y[m,c] += U[m,r] * T[r,c]\n"
         "schedule:\n  all: {split: {c: [c1, c0]}, tiles: {c0: 64}, par: {c1: cta}}\n"
         "  down: {split: {k: [k1, k0]}, tiles: {k0: 128}, order: [c1, k1, r, c0, k0],\n"
         "    tensorize: {use: mma, over: [r, c0, k0]}, reduce: {k: " +
         split +
         "}}\n  up: {order: [c1, m, r, c0], tensorize: {use: mma, over: [m, c0, r]}}\n"
         "  fuse_at: {T: {loop: c1, in: smem}}\n";
}

/// CTAs cannot add into shared memory of one SM; groups of a CTA's warps can.
TEST(LowerContractions, ASumThatStaysOnTheSmIsDividedByGroupsOfWarps) {
  std::vector<program::Launch> launches;
  for (const char* split : {"serial", "split_k(4)"}) {
    ir::Kernel kernel = testing_support::read_kernel(thin_layer(split));
    GpuMapping mapping;
    ASSERT_THAT(testing_support::lower(kernel, load_gpu("h200"), &mapping), IsEmpty()) << split;
    base::Diagnostics diagnostics;
    launches.push_back(compile_mapping(mapping, diagnostics).launches.at(0));
  }
  const program::Launch& serial = launches[0];
  const program::Launch& sliced = launches[1];
  EXPECT_EQ(sliced.grid.split_k, 1);
  EXPECT_EQ(sliced.threads, 4 * serial.threads);
  EXPECT_EQ(sliced.segments[0].iterations, serial.segments[0].iterations);
  const auto matrix_work = [](const program::Launch& launch) {
    double fma = 0;
    for (const program::WarpStep& step : launch.segments[0].body.steps)
      fma += step.count * step.fma * launch.threads / 32;
    return fma;
  };
  EXPECT_EQ(matrix_work(sliced), matrix_work(serial));
  const auto shared_bytes_stored = [](const program::Launch& launch) {
    double bytes = 0;
    for (const program::WarpStep& step : launch.segments[0].body.steps) {
      if (step.op == program::WarpOp::StoreShared)
        bytes += step.count * step.bytes * launch.threads / 32;
    }
    return bytes * static_cast<double>(launch.segments[0].iterations);
  };
  EXPECT_NEAR(shared_bytes_stored(serial), 32 * 64 * 2, 1e-6);
  EXPECT_NEAR(shared_bytes_stored(sliced), 32 * 64 * (2 + 4 * 4), 1e-6);  // four sums of 32 bits
}

TEST(LowerContractions, FusedStatementsShareOneGrid) {
  Lowered armor;
  lower(armor, "armor", "a100-sxm-80gb");
  ASSERT_EQ(armor.mapping.groups.size(), 2U);  // inp alone; core and outp together
  const LaunchGroup& group = armor.mapping.groups[1];
  ASSERT_EQ(group.statements.size(), 2U);
  EXPECT_EQ(group.grid.m_tiles, 4096 / 128);
  EXPECT_EQ(group.axes[1][1].role, IndexRole::Batch);  // ib of outp, the same tiles as i1 of core
  EXPECT_EQ(group.axes[1][1].axis, GridAxis::M);
}

TEST(LowerContractions, TrafficOfALaunchIsTheTensorsTimesTheirReuse) {
  Lowered gemm;
  lower(gemm, "gemm", "a100-sxm-80gb", {{"M", "4000"}, {"dtype", "f16"}});
  const program::Launch& launch = gemm.program.launches[0];
  const program::Segment& segment = launch.segments[0];
  const double a_of_cta = segment.loads[0].bytes_per_row * static_cast<double>(segment.iterations);
  EXPECT_EQ(a_of_cta, 2048 * 2);  // a row of A, all of k
  EXPECT_EQ(segment.loads[0].rows, 4000);
  EXPECT_EQ(segment.source, 0);
  EXPECT_EQ(gemm.program.sources[0].file, "gemm.yaml");
  EXPECT_EQ(gemm.program.sources[0].statement, "mul");
}

TEST(LowerContractions, WalkedBlocksAreIterationsOfTheLoop) {
  Lowered monarch;
  lower(monarch, "monarch", "h200");
  EXPECT_EQ(monarch.program.launches[0].segments[0].iterations, 32);  // Kb blocks of one step each
  // Every CTA reads all of W1: 32 * 32 * 32 halves.
  const program::TileTraffic& w1 = monarch.program.launches[0].segments[0].loads[0];
  EXPECT_EQ(w1.tensor, "W1");
  EXPECT_EQ(w1.bytes_per_row * static_cast<double>(w1.tile_rows) * 32, 32 * 32 * 32 * 2);
  EXPECT_FALSE(w1.by_batch || w1.by_m || w1.by_n);
}

}  // namespace
}  // namespace weft::mapper
