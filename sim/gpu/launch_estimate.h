// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "kernels/program/grid_program.h"
#include "sim/gpu/gpu_parameters.h"
#include "sim/gpu/power_model.h"
#include "sim/machine/gpu_description.h"

namespace weft::sim {

/// Expects the time of launches without simulating their memory: far cheaper than a simulation, and
/// neither above nor below it for sure.
class LaunchEstimator {
 public:
  explicit LaunchEstimator(const machine::GpuDescription& gpu) : gpu_(gpu) {}

  /// Seconds from the start of a launch of which an SM holds `resident` CTAs, at the clock that the
  /// power limit leaves. Precondition: resident > 0.
  double seconds(const program::Launch& launch, unsigned resident);

  /// Cycles of one iteration of a segment's loop where an SM holds `ctas` CTAs, all of them
  /// together, and their data is always there.
  double loop_cycles(const program::Launch& launch, size_t segment, unsigned ctas);

  /// The least time of a launch whose SMs need so many cycles at least beside `start_s` of what it
  /// costs to start, at the best clock that the power limit allows: a faster clock takes more
  /// energy than the limit gives in that time. No simulation is faster.
  double least_within_power_s(const program::Launch& launch, double cycles, double start_s) const;

 private:
  struct Traffic {
    double l2_bytes = 0;
    double dram_bytes = 0;
    double store_bytes = 0;  // of both
  };

  static Traffic traffic_of(const program::Launch& launch);
  double loop_cycles(const program::Launch& launch, const program::Segment& segment,
                     const GpuParameters& parameters, unsigned ctas);
  double steady_cycles(const program::Launch& launch, const program::Segment& segment,
                       const GpuParameters& parameters, unsigned ctas);
  double round_cycles(const program::Launch& launch, const GpuParameters& parameters,
                      unsigned ctas);
  double seconds_at(const program::Launch& launch, unsigned resident, const Traffic& traffic,
                    double clock_ghz);

  const machine::GpuDescription& gpu_;
  std::map<std::string, double> loops_;  // cycles of an iteration, by its instructions
};

}  // namespace weft::sim
