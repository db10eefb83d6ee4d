// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "kernels/program/grid_program.h"
#include "sim/gpu/gpu_machine.h"

namespace weft::cli {

/// The cycles of a launch by cause, averaged over the SMs: they add up to its cycles.
sim::SmCauseCycles cycles_by_cause(const sim::LaunchRun& launch);

/// The name of the time in which no kernel ran among the causes.
inline constexpr const char* kLaunchCause = "kernel_launch";

/// The cycles of the launches alone.
double total_cycles(const sim::GpuRun& run);

/// The cycles of a whole run at its clock, a whole number: those of the launches and the time
/// between and before them.
double cycles_with_launching(const sim::GpuRun& run);

/// Adds the time in which no kernel ran to a "by_source", whose cycles then add up to the run's.
void add_launching(const sim::GpuRun& run, nlohmann::ordered_json& lines);

/// The "by_source" of tile kernels: for each statement of the kernel document the cycles of its
/// arithmetic, and for each tensor that it moves the bytes between SMs and L2 and the cycles that
/// were spent waiting for them. Bytes add up to the L2's, cycles to those of the run.
nlohmann::ordered_json gpu_sources_json(const sim::GpuRun& run,
                                        const program::GridProgram& program);

}  // namespace weft::cli
