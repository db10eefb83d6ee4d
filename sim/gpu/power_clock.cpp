// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/power_clock.h"

#include <chrono>
#include <cmath>

namespace weft::sim {

namespace {

constexpr int kPowerRounds = 5;
constexpr double kClockTolerance = 0.004;

}  // namespace

GpuRun run_within_power(const machine::GpuDescription& gpu,
                        const std::function<GpuRun(double)>& run_at) {
  const auto began = std::chrono::steady_clock::now();
  double clock_ghz = gpu.clock.max_ghz;
  GpuRun run = run_at(clock_ghz);
  for (int round = 0; round < kPowerRounds; ++round) {
    const double dram_s =
        run.activity.dram_bytes / (gpu.dram.peak_gb_s * gpu.dram.efficiency * 1e9);
    const double next = clock_within_power(gpu, run.activity, clock_ghz, run.time_s, dram_s);
    if (std::abs(next / clock_ghz - 1) < kClockTolerance) break;
    clock_ghz = next;
    run = run_at(clock_ghz);
  }
  run.power_limited = clock_ghz < gpu.clock.max_ghz * (1 - kClockTolerance);
  run.simulate_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return run;
}

}  // namespace weft::sim
