// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// Seventh pass: thread programs. All threads run the same code; loops that are dealt out give each
/// thread its own iterations, and barriers stand where one thread needs what another made.
program::Program emit_nest(NestKernel& nest);

/// A part of a nest that is launched by itself. All its threads run the same code.
struct NestLaunch {
  std::string name;
  std::vector<program::MicroOp> code;
  std::vector<int32_t> host_loops;  // around it, outermost first: a launch for every iteration
  size_t group = 0;                 // launches of one group take turns within its host loops
  std::vector<int32_t> dealt;       // loops whose iterations go to all threads, or to CTAs
  program::Share by = program::Share::Machine;  // Core: tasks go to CTAs; Warps: to warps
  uint16_t source = 0;
};

/// The same for a machine whose threads meet at the end of a launch alone: groups one after the
/// other; where nothing is dealt out around a group's statements, the statements one by one.
std::vector<NestLaunch> emit_launches(NestKernel& nest);

}  // namespace weft::mapper
