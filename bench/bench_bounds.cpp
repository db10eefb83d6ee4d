// SPDX-License-Identifier: Apache-2.0
// Candidates per second that the mapper's bounds judge on one core.
#include <benchmark/benchmark.h>

#include "base/random.h"
#include "kernels/ir/library.h"
#include "kernels/tensor/source.h"
#include "mapper/search/fabric_model.h"
#include "mapper/search/frontier.h"
#include "mapper/search/gpu_model.h"
#include "sim/machine/load_machine.h"

namespace weft::bench {
namespace {

const std::filesystem::path kRoot = WEFT_SOURCE_DIR;

machine::MachineDescription load_machine(const std::string& name) {
  base::Diagnostics diagnostics;
  const std::vector<std::filesystem::path> folders = {kRoot / "configs/machines"};
  machine::MachineDescription machine = machine::load_machine(name, {}, folders, diagnostics);
  diagnostics.throw_if_any();
  return machine;
}

mapper::Mapspace load_space(const std::string& file) {
  base::Diagnostics diagnostics;
  mapper::Mapspace space(ir::load_kernel((kRoot / file).string(), {}, diagnostics), diagnostics);
  diagnostics.throw_if_any();
  return space;
}

std::vector<mapper::Point> random_points(const mapper::Mapspace& space) {
  base::Xoshiro256 random(1);
  std::vector<mapper::Point> points(4096, space.first());
  for (mapper::Point& point : points) {
    for (size_t i = 0; i < point.size(); ++i) {
      point[i] = static_cast<uint16_t>(random.below(space.decisions()[i].values.size()));
    }
  }
  return points;
}

/// Constraints, bound and estimate of whole candidates.
void judge(benchmark::State& state, const mapper::Mapspace& space, const mapper::CostModel& model) {
  const mapper::Bounds bounds(space, model);
  const std::vector<mapper::Point> points = random_points(space);
  size_t next = 0;
  for (auto _ : state) {
    const mapper::Point& point = points[next++ % points.size()];
    benchmark::DoNotOptimize(bounds.broken(point, point.size()));
    benchmark::DoNotOptimize(bounds.bound(point, point.size()));
    benchmark::DoNotOptimize(bounds.estimate_s(point));
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_BoundsOfGemm(benchmark::State& state) {
  const machine::MachineDescription machine = load_machine("h200");
  const mapper::Mapspace space = load_space("kernels/library/gemm.yaml");
  base::Diagnostics diagnostics;
  judge(state, space, gpu_model(space, machine.gpu(), nullptr, diagnostics));
}
BENCHMARK(BM_BoundsOfGemm);

/// The tables and the whole branch and bound together.
void BM_SearchOfGemmWithoutSimulation(benchmark::State& state) {
  const machine::MachineDescription machine = load_machine("h200");
  const mapper::Mapspace space = load_space("kernels/library/gemm.yaml");
  uint64_t evaluated = 0;
  for (auto _ : state) {
    base::Diagnostics diagnostics;
    const mapper::CostModel model = gpu_model(space, machine.gpu(), nullptr, diagnostics);
    const mapper::Bounds bounds(space, model);
    mapper::Frontier frontier(space, model, bounds);
    frontier.grow(1'000'000);
    evaluated += frontier.bounds_evaluated();
  }
  state.SetItemsProcessed(static_cast<int64_t>(evaluated));
}
BENCHMARK(BM_SearchOfGemmWithoutSimulation)->Unit(benchmark::kMillisecond);

void BM_BoundsOfSmash(benchmark::State& state) {
  const machine::MachineDescription machine = load_machine("piuma-smash");
  const mapper::Mapspace space = load_space("configs/mapspaces/smash_open.yaml");
  const auto a = tensor::load_source("rmat:scale=10,edges=12000,seed=1");
  const mapper::SpgemmHistogram histogram(a.matrix, a.matrix);
  judge(state, space, fabric_model(space, machine.fabric(), histogram));
}
BENCHMARK(BM_BoundsOfSmash);

}  // namespace
}  // namespace weft::bench
