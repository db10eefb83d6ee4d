// SPDX-License-Identifier: Apache-2.0
// A machine with more of a resource is not slower with the tiles that it takes by default. The
// chooser expects times and does not simulate them, and CTAs that end in another order end in other
// waves, so that a few per cent are left to chance.
#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/model_judge.h"
#include "mapper/gpu/choose_tile.h"
#include "sim/gpu/gpu_machine.h"
#include "tests/support/gpu_kernels.h"
#include "tests/support/sanitized.h"

namespace weft::sim {
namespace {

using machine::GpuDescription;
using mapper::ContractionShape;
using mapper::TileChoice;
using Random = std::mt19937_64;

/// SystemC elaborates once in a process: all machines are built before the first run.
struct Machines {
  Machines() {
    for (const char* name : {"t4", "v100", "a100-pcie-40gb", "a40", "rtx4090", "h200"}) {
      presets.push_back(testing_support::load_gpu(name));
      models.push_back(std::make_unique<GpuMachine>(presets.back(), SimulationEffort{}, nullptr));
    }
  }
  std::vector<GpuDescription> presets;
  std::vector<std::unique_ptr<GpuMachine>> models;
};

Machines& machines() {
  static Machines all;
  return all;
}

constexpr size_t kA100 = 2;

TileChoice default_tile(const GpuDescription& gpu, const ContractionShape& shape) {
  cli::ModelJudge judge(gpu);
  return mapper::choose_tile(shape, gpu, nullptr, &judge);
}

double time_s(size_t index, const GpuDescription& gpu, const ContractionShape& shape,
              const TileChoice& tile) {
  GpuMachine& model = *machines().models[index];
  model.describe(gpu);
  program::GridProgram program;
  program.launches.push_back(mapper::tile_launch("product", shape, tile));
  return model.run(program).time_s;
}

double default_s(size_t index, const GpuDescription& gpu, const ContractionShape& shape) {
  return time_s(index, gpu, shape, default_tile(gpu, shape));
}

double uniform(Random& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random() % 1000) / 1000;
}

ContractionShape any_shape(Random& random) {
  const auto extent = [&] { return static_cast<int64_t>(std::exp2(uniform(random, 0, 8))) * 16; };
  ContractionShape shape;
  shape.batch = random() % 4 == 0 ? static_cast<int64_t>(1 + random() % 32) : 1;
  shape.m = extent();
  shape.n = extent();
  shape.k = extent();
  if (random() % 2 == 0) {
    shape.math = program::MathType::Fp16;
    shape.tensor_cores = true;
    shape.a_bytes = shape.b_bytes = shape.c_bytes = 2;
  }
  return shape;
}

/// The same machine with more of one resource; which is told in words.
std::string improve(GpuDescription& gpu, Random& random) {
  switch (random() % 5) {
    case 0:
      gpu.l2.bytes_per_cycle *= uniform(random, 1.5, 4);
      return "bandwidth of the L2";
    case 1:
      gpu.dram.peak_gb_s *= uniform(random, 1.1, 2);
      return "bandwidth of DRAM";
    case 2:
      gpu.clock.max_ghz *= uniform(random, 1.05, 1.5);
      return "clock";
    case 3:
      gpu.power.limit_w *= uniform(random, 1.1, 2);
      return "power";
    default:
      gpu.l2.bytes *= 2;
      return "bytes of the L2";
  }
}

TEST(DefaultTiles, AreNotSlowerOnAMachineWithMore) {
  constexpr int kCases = tests::kSanitized ? 50 : 300;
  constexpr double kSlack = 1.03;
  constexpr double kMostSlack = 1.15;  // of one case in fifty at most
  Random random(20261123);
  std::vector<std::string> slower;
  for (int i = 0; i < kCases; ++i) {
    const size_t index = random() % machines().presets.size();
    const GpuDescription& base = machines().presets[index];
    GpuDescription better = base;
    const ContractionShape shape = any_shape(random);
    const std::string resource = improve(better, random);
    const double ratio = default_s(index, better, shape) / default_s(index, base, shape);
    const std::string words = fmt::format(
        "{} with more {}: {} x {} x {} x {}{} takes {:.3f} times as long", base.name, resource,
        shape.batch, shape.m, shape.n, shape.k, shape.tensor_cores ? " of halves" : "", ratio);
    EXPECT_LE(ratio, kMostSlack) << words;
    if (ratio > kSlack) slower.push_back(words);
  }
  EXPECT_LE(slower.size(), kCases / 50) << fmt::format("{}", fmt::join(slower, "\n"));
}

/// What the chooser once took for the faster L2: CTAs of two warps, one to an SM, which leave half
/// of its sub-cores without work.
TEST(DefaultTiles, LeaveNoSubcoresWithoutWorkForAFasterL2) {
  ContractionShape shape;
  shape.m = 1136;
  shape.n = 304;
  shape.k = 976;
  GpuDescription slow = machines().presets[kA100];
  slow.l2.bytes_per_cycle = 1000;
  GpuDescription fast = slow;
  fast.l2.bytes_per_cycle = 3840;
  EXPECT_LE(default_s(kA100, fast, shape), default_s(kA100, slow, shape));
  TileChoice small;
  small.m = small.n = 64;
  small.threads = 64;
  EXPECT_GT(time_s(kA100, fast, shape, small), 1.5 * default_s(kA100, fast, shape));
}

}  // namespace
}  // namespace weft::sim
