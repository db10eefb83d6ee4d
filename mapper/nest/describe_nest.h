// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "mapper/nest/compile_nest.h"

namespace weft::mapper {

/// The passes of the compiler for loop nests, in order: loops, levels, meet, share, accumulate,
/// stage, program.
const std::vector<std::string>& nest_passes();

/// A kernel without holes after a pass, for people: its loops with what is known of them by then,
/// or the thread program. Throws UserError with everything that stands against the kernel.
/// Precondition: `pass` is one of nest_passes().
std::string describe_nest(const ir::Kernel& kernel, const NestTarget& target, NestTensors& tensors,
                          const std::string& pass);

}  // namespace weft::mapper
