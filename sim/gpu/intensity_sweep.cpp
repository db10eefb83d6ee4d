// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/intensity_sweep.h"

#include <algorithm>

#include "sim/gpu/block_stream.h"
#include "sim/gpu/power_model.h"
#include "sim/gpu/warp_units.h"

namespace weft::sim {

namespace {

constexpr double kGiga = 1e9;
constexpr double kElementBytes = 8;  // read and written

/// Instructions of an element beside its multiply-adds: its load, store, address and loop.
constexpr double kOtherInstructions = 15;

/// A multiply-add of three registers reads over the two ports of a sub-core in 1.5 cycles.
constexpr double kPortsPerOperand = 2.0 / 3.0;

/// Multiply-adds of all SMs in a cycle.
double fma_per_cycle(const machine::GpuDescription& gpu) {
  const double lanes = static_cast<double>(gpu.sm.pipes.fp32_lanes) / gpu.sm.subcores;
  return gpu.sms * gpu.sm.subcores * std::min(lanes, kWarpLanes * kPortsPerOperand);
}

/// What so many elements of `fma` multiply-adds each cause.
GpuActivity activity_of(double elements, double fma) {
  GpuActivity activity;
  activity.fma[static_cast<size_t>(program::MathType::Fp32)] = elements * fma;
  activity.warp_instructions = elements * (fma + kOtherInstructions) / kWarpLanes;
  activity.register_bytes = elements * fma * 16;
  activity.l1_bytes = activity.l2_bytes = activity.dram_bytes = elements * kElementBytes;
  return activity;
}

}  // namespace

IntensityPoint intensity_point(const machine::GpuDescription& gpu, double flop_per_byte) {
  const double fma = flop_per_byte * kElementBytes / 2;
  const StreamKernel scale{.arrays_read = 1, .writes = true};
  const double memory_s = kElementBytes / (sustained_stream_gb_s(gpu, scale) * kGiga);
  const auto compute_s = [&](double ghz) {
    return (fma + kOtherInstructions) / (fma_per_cycle(gpu) * ghz * kGiga);
  };
  const double fastest = gpu.clock.max_ghz;
  const double ghz =
      clock_within_power(gpu, activity_of(1, fma), fastest, compute_s(fastest), memory_s);
  const double slowed_s = std::max(memory_s, compute_s(ghz));
  return {.gflop_s = 2 * fma / slowed_s / kGiga,
          .watts = gpu_power_w(gpu, activity_of(1, fma), ghz, slowed_s),
          .clock_ghz = ghz};
}

}  // namespace weft::sim
