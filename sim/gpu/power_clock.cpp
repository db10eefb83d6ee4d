// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/power_clock.h"

#include <chrono>
#include <cmath>

namespace weft::sim {

namespace {

constexpr int kPowerRounds = 8;
constexpr double kClockTolerance = 0.004;

/// Clocks at which a launch was seen to take less and more than the limit: the one that is looked
/// for lies between them.
struct Bracket {
  double below_ghz, above_ghz;

  /// A clock to try next: the proposed one, or the middle where that has been ruled out.
  double inside(double proposed_ghz) const {
    const bool out = proposed_ghz <= below_ghz || proposed_ghz >= above_ghz;
    return out ? (below_ghz + above_ghz) / 2 : proposed_ghz;
  }
};

}  // namespace

GpuRun run_within_power(const machine::GpuDescription& gpu,
                        const std::function<GpuRun(double)>& run_at) {
  const auto began = std::chrono::steady_clock::now();
  double clock_ghz = gpu.clock.max_ghz;
  GpuRun run = run_at(clock_ghz);
  Bracket bracket{gpu.clock.min_ghz * (1 - kClockTolerance), gpu.clock.max_ghz * 1.01};
  for (int round = 0; round < kPowerRounds; ++round) {
    const double dram_s =
        run.activity.dram_bytes / (gpu.dram.peak_gb_s * gpu.dram.efficiency * 1e9);
    const double next = clock_within_power(gpu, run.activity, clock_ghz, run.time_s, dram_s);
    if (std::abs(next / clock_ghz - 1) < kClockTolerance) break;
    (next < clock_ghz ? bracket.above_ghz : bracket.below_ghz) = clock_ghz;
    clock_ghz = bracket.inside(next);
    run = run_at(clock_ghz);
  }
  run.power_limited = clock_ghz < gpu.clock.max_ghz * (1 - kClockTolerance);
  run.simulate_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return run;
}

}  // namespace weft::sim
