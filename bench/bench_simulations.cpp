// SPDX-License-Identifier: Apache-2.0
// Whole simulations as the command runs them, without reading, checking and writing: every way a
// kernel can take through Weft. SystemC builds one machine in a process, so that each iteration is
// a process of its own, and the time is what the simulation says of itself
// (`simulator.simulate_s`).
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/simulate.h"
#include "tests/support/in_child.h"

namespace weft::bench {
namespace {

using cli::SimulateRequest;

/// What one simulation says of itself and of its host.
struct Figures {
  double simulate_s, products, instructions, peak_mib;
};

/// A simulation in a process of its own, as it starts from the shell.
std::optional<Figures> figures(const SimulateRequest& request) {
  const auto measured = tests::from_child([&]() -> Figures {
    try {
      const auto result = cli::simulate(request);
      const auto at = [&](const char* part, const char* figure) {
        return result.at(part).at(figure).get<double>();
      };
      return {at("simulator", "simulate_s"), at("work", "products"), at("issue", "instructions"),
              at("simulator", "peak_rss_mib")};
    } catch (const std::exception&) {
      return {};
    }
  });
  return measured && measured->simulate_s > 0 ? measured : std::nullopt;
}

/// Items are products of the kernel, instructions those that the simulated threads or warps issue;
/// both for each second of the host.
void simulation(benchmark::State& state, const SimulateRequest& request) {
  Figures last{};
  for (auto _ : state) {
    const auto measured = figures(request);
    if (!measured) return state.SkipWithError("the simulation failed");
    state.SetIterationTime(measured->simulate_s);
    last = *measured;
  }
  const auto runs = static_cast<double>(state.iterations());
  state.SetItemsProcessed(static_cast<int64_t>(last.products * runs));
  state.counters["instructions_per_second"] =
      benchmark::Counter(last.instructions * runs, benchmark::Counter::kIsRate);
  state.counters["peak_mib"] = last.peak_mib;
}

struct Case {
  const char* name;
  SimulateRequest request;
};

SimulateRequest request_for(const char* kernel, const char* machine) {
  SimulateRequest request;
  request.kernel = kernel;
  request.machine = machine;
  return request;
}

SimulateRequest timed(const char* kernel, const char* machine, std::vector<std::string> params) {
  SimulateRequest request = request_for(kernel, machine);
  request.params = std::move(params);
  request.values = false;
  return request;
}

SimulateRequest valued(const char* kernel, const char* machine, std::vector<std::string> inputs) {
  SimulateRequest request = request_for(kernel, machine);
  request.inputs = std::move(inputs);
  return request;
}

/// `growth/products/S`: one block of threads squares a matrix of 2^S rows, a sixteenth of it
/// filled, which takes 8^S / 256 products. `growth/dies/D`: one R-MAT product of 55 million on D
/// dies of 528 threads each.
std::vector<std::pair<std::string, SimulateRequest>> growing() {
  std::vector<std::pair<std::string, SimulateRequest>> cases;
  for (int scale = 8; scale <= 13; ++scale) {
    const int64_t rows = int64_t{1} << scale;
    cases.emplace_back(fmt::format("growth/products/{}", scale),
                       valued("smash_v3", "piuma-smash",
                              {fmt::format("A=uniform:rows={},cols={},nnz={},seed=1", rows, rows,
                                           rows * rows / 16)}));
  }
  for (const int dies : {1, 4, 16, 64, 256}) {
    auto request = valued("smash_v3", "piuma-node", {"A=rmat:scale=14,edges=266000,seed=1"});
    request.settings = {fmt::format("topology.dies={}", dies)};
    cases.emplace_back(fmt::format("growth/dies/{}", dies), request);
  }
  return cases;
}

const int kRegistered = [] {
  const std::vector<std::string> cube = {"M=4096", "N=4096", "K=4096"};
  const std::vector<std::string> half_cube = {"M=4096", "N=4096", "K=4096", "dtype=f16"};
  const std::string graph = "A=rmat:scale=12,edges=60000,seed=1";
  const Case cases[] = {
      {"gpu_tiles/gemm_f16_4096_h200", timed("gemm", "h200", half_cube)},
      {"gpu_tiles/gemm_f32_4096_a100", timed("gemm", "a100-pcie-40gb", cube)},
      {"gpu_tiles/gemm24_f16_h200", timed("gemm24", "h200", {})},
      {"gpu_rows/spgemm_row_hash_rtx4080s",
       valued("spgemm_row_hash", "rtx4080s", {graph, "B=A^T"})},
      {"gpu_nest/spmm_h200", valued("spmm", "h200", {})},
      {"gpu_nest/butterfly_h200", valued("butterfly", "h200", {})},
      {"fabric_rows/spgemm_row_hash_piuma_die",
       valued("spgemm_row_hash", "piuma-die", {graph, "B=A^T"})},
      {"fabric_rows/smash_v3_piuma_node", valued("smash_v3", "piuma-node", {graph, "B=A^T"})},
      {"fabric_nest/spmm_piuma_die", valued("spmm", "piuma-die", {})},
      {"fabric_nest/butterfly_piuma_die", valued("butterfly", "piuma-die", {})},
  };
  const auto add = [](const std::string& name, const SimulateRequest& request) {
    return benchmark::RegisterBenchmark(name.c_str(), simulation, request)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  };
  for (const Case& one : cases) add("simulate/" + std::string(one.name), one.request);
  for (const auto& [name, request] : growing()) add(name, request)->Iterations(1);
  return 0;
}();

}  // namespace
}  // namespace weft::bench
