// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// How the partial results of loops that sum in parallel come together within a core.
struct JoinPlan {
  program::Joined kind = program::Joined::No;
  program::Share share = program::Share::CoreThreads;  // of these loops
  size_t depth = 0;                                    // of the outermost of them
  bool atomic = false;  // what comes out is added to memory beside that of other cores or warps
};

/// What `reduce: {k: serial}`, `tree` or `shuffle` asks for where k is dealt to the threads of a
/// core; nothing where it says something else. Threads of a core must work on one and the same
/// piece of the result, so that reports loops dealt to the same threads that choose elements of it,
/// loops dealt to cores, which share no scratchpad, stretches of stored positions, and shuffles on
/// a machine without lanes.
std::optional<JoinPlan> find_join(const NestKernel& nest, const NestStatementPlan& plan,
                                  base::Diagnostics& diagnostics);

}  // namespace weft::mapper
