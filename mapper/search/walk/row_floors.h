// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/row_program.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// Seconds that each resource of an SM array needs at least for a program of launches whose CTAs
/// differ by the data, each with what the launches cost to start. At the clock that no limit holds
/// back.
struct RowFloors {
  double math = 0;     // multiply-adds of warps on their pipes
  double issue = 0;    // warp instructions, or those on the integer pipes
  double shared = 0;   // passes over shared memory and L1
  double l2 = 0;       // bytes between SMs and L2
  double dram = 0;     // bytes that nobody had before
  double atomics = 0;  // adds in the L2
  double latency = 0;  // CTAs one after the other, each step as late as its chain

  double instructions = 0;  // of warps
};

/// Runs the CTAs of a program and adds up what they record, launch after launch: pipes work at
/// their full rate on all SMs, a read that may be in L1 is there, one that another SM may have
/// brought is in the L2, and CTAs wait for nobody. Launches that run side by side count by the
/// longest. What a CTA records does not depend on time, so that no simulation is faster.
RowFloors row_floors(program::RowProgram& program, const machine::GpuDescription& gpu);

}  // namespace weft::mapper
