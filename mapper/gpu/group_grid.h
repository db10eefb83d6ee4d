// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/ir/kernel.h"
#include "mapper/gpu/statement_plan.h"

namespace weft::mapper {

/// Finds the grid that all statements of a group share and gives each dimension of theirs a
/// coordinate of it. Dimensions of different statements are one where their loops have one name or
/// one axis (cta.x), and then have equally many tiles; a statement that lacks a dimension is
/// computed again along it, which its result must allow (`recompute: always`). Reports what does
/// not fit together.
void share_grid(const ir::Kernel& kernel, LaunchGroup& group, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
