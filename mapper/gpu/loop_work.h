// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/grid_program.h"
#include "sim/machine/gpu_description.h"
#include "sim/machine/occupancy.h"

namespace weft::mapper {

/// Cycles of an SM's units that one iteration of a CTA takes.
struct LoopWork {
  double math = 0;
  double issue = 0;
  double shared = 0;
};

/// The work of a loop of a launch's CTAs at the units' peaks.
LoopWork loop_work(const program::Launch& launch, const program::LoopBody& body,
                   const machine::GpuDescription& gpu);

/// How many CTAs of a launch an SM holds.
machine::Occupancy occupancy_of(const program::Launch& launch, const machine::GpuDescription& gpu);

/// Seconds of a launch whose segments follow each other: whole rounds of CTAs over the SMs, each as
/// long as its busiest unit or the latency of its blocks over those in flight, or all bytes at the
/// L2's bandwidth. Infinite where no CTA fits. An estimate to choose sizes by, and no bound.
double estimate_launch_s(const program::Launch& launch, const machine::GpuDescription& gpu);

}  // namespace weft::mapper
