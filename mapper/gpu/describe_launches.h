// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "mapper/gpu/lower_contraction.h"

namespace weft::mapper {

/// The tiles of every statement of a mapping: extents, CTA and warp tile, stages, and where its
/// operands come from and its result goes.
std::string describe_tiles(const GpuMapping& mapping);

/// The launches that they become: grid and resources, and for each loop of a CTA the instructions
/// of a warp and the blocks that one iteration moves.
std::string describe_launches(const program::GridProgram& program);

}  // namespace weft::mapper
