// SPDX-License-Identifier: Apache-2.0
//
// Host time of the DRAM model per access: random and sequential accesses at about half the
// bandwidth.
#include <filesystem>

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "sim/memory/banked_memory.h"
#include "sim/memory/memory_controller.h"

namespace weft::sim {
namespace {

DramConfig dram_of(const char* preset) {
  return load_dram_preset(preset, std::filesystem::path(WEFT_SOURCE_DIR) / "configs" / "dram");
}

MemoryController memory_of(const char* preset) {
  return MemoryController(dram_of(preset));
}

void random_accesses(benchmark::State& state, const char* preset, int64_t bytes, AccessKind kind,
                     double share_of_peak) {
  MemoryController memory = memory_of(preset);
  base::Xoshiro256 random(1);
  const double spacing_ps = static_cast<double>(memory.config().organization.burst_bytes) * 1000 /
                            (memory.config().peak_gb_s() * share_of_peak);
  double now_ps = 0;
  for (auto _ : state) {
    now_ps += spacing_ps;
    const uint64_t address = random.next() & 0x3FFFFFC0;
    benchmark::DoNotOptimize(memory.access(static_cast<uint64_t>(now_ps), address, bytes, kind));
  }
  state.SetItemsProcessed(state.iterations());
}

/// The same with banks and rows in place of commands.
void banked_accesses(benchmark::State& state, AccessKind kind, double share_of_peak) {
  const DramConfig config = dram_of("piuma8");
  BankedMemory memory(config);
  base::Xoshiro256 random(1);
  const double spacing_ps = 8000 / (config.peak_gb_s() * share_of_peak);
  double now_ps = 0;
  for (auto _ : state) {
    now_ps += spacing_ps;
    const uint64_t address = random.next() & 0x3FFFFFF8;
    benchmark::DoNotOptimize(memory.access(static_cast<uint64_t>(now_ps), kind, address, 8));
  }
  state.SetItemsProcessed(state.iterations());
}

void sequential_runs(benchmark::State& state, const char* preset, int64_t bytes) {
  MemoryController memory = memory_of(preset);
  const double run_ps = static_cast<double>(bytes) * 1000 / (memory.config().peak_gb_s() * 0.8);
  double now_ps = 0;
  uint64_t address = 0;
  for (auto _ : state) {
    now_ps += run_ps;
    benchmark::DoNotOptimize(
        memory.access(static_cast<uint64_t>(now_ps), address, bytes, AccessKind::Read));
    address += static_cast<uint64_t>(bytes);
  }
  state.SetItemsProcessed(state.iterations() * bytes / memory.config().organization.burst_bytes);
}

/// So many at a time, that an instrumented run counts instructions for each.
constexpr int64_t kAccesses = 1 << 20;

BENCHMARK_CAPTURE(random_accesses, piuma8_read_8B, "piuma8", 8, AccessKind::Read, 0.5)
    ->Iterations(kAccesses);
BENCHMARK_CAPTURE(random_accesses, piuma8_atomic_8B, "piuma8", 8, AccessKind::Atomic, 0.2)
    ->Iterations(kAccesses);
BENCHMARK_CAPTURE(banked_accesses, piuma8_read_8B, AccessKind::Read, 0.5)->Iterations(kAccesses);
BENCHMARK_CAPTURE(banked_accesses, piuma8_atomic_8B, AccessKind::Atomic, 0.2)
    ->Iterations(kAccesses);
BENCHMARK_CAPTURE(random_accesses, ddr4_read_64B, "ddr4", 64, AccessKind::Read, 0.2)
    ->Iterations(kAccesses);
BENCHMARK_CAPTURE(random_accesses, hbm2_read_32B, "hbm2", 32, AccessKind::Read, 0.15)
    ->Iterations(kAccesses);
BENCHMARK_CAPTURE(random_accesses, hbm3_read_32B, "hbm3", 32, AccessKind::Read, 0.15)
    ->Iterations(kAccesses);
BENCHMARK_CAPTURE(random_accesses, hbm3_write_32B, "hbm3", 32, AccessKind::Write, 0.1)
    ->Iterations(kAccesses);
BENCHMARK_CAPTURE(sequential_runs, piuma8_512B, "piuma8", 512);
BENCHMARK_CAPTURE(sequential_runs, hbm3_1KiB, "hbm3", 1024);

}  // namespace
}  // namespace weft::sim
