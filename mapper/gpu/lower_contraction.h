// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/ir/kernel.h"
#include "mapper/gpu/launch_judge.h"
#include "mapper/gpu/statement_plan.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// A kernel as an SM array runs it: the groups of statements that are a launch each, in order.
struct GpuMapping {
  std::vector<LaunchGroup> groups;
};

/// Reads a kernel without holes into launches: one for each statement, but one for statements
/// between which a tensor stays on the SM (`fuse_at` in smem or reg). Whatever the SM array's
/// compiler does not know, the machine has no unit for, or does not fit an SM is reported with its
/// place; the mapping is then of no use.
GpuMapping lower_contractions(const ir::Kernel& kernel, const machine::GpuDescription& gpu,
                              base::Diagnostics& diagnostics);

/// The launches as a program, time only; its sources are the statements in order.
program::GridProgram compile_mapping(const GpuMapping& mapping, base::Diagnostics& diagnostics);

/// Fills the holes of a kernel without simulating: tiles by what is expected of those that
/// libraries use (choose_tile, with the judge where there is one), other words by their first entry
/// that the machine has and that fits. Deterministic; what cannot be filled is reported.
void fill_gpu_holes(ir::Kernel& kernel, const machine::GpuDescription& gpu,
                    base::Diagnostics& diagnostics, LaunchJudge* judge = nullptr);

/// Whether a kernel is made of contractions that its schedule cuts into tiles (`tensorize`): what
/// lower_contractions() compiles.
bool is_tile_kernel(const ir::Kernel& kernel);

}  // namespace weft::mapper
