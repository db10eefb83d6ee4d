// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/gpu/launch_judge.h"
#include "mapper/search/cost_model.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// What is known of the mappings of a kernel of contractions on an SM array. The space and the
/// machine must outlive it. Statements that are no contractions are reported; the model is then of
/// no use.
///
/// Constraints: the machine has the unit and the engine (`unit`, `engine`), all operands of a
/// statement come alike (`transfer`, `stages`), threads load for the multiply-add pipes (`loads`),
/// the blocks fit (`smem`, `occupancy`), and where several statements share a launch, the compiler
/// takes them (`fit`).
///
/// `judge`: what launches are expected to take, and their clock; null: what the tile chooser
/// expects. It must outlive the model.
CostModel gpu_model(const Mapspace& space, const machine::GpuDescription& gpu, LaunchJudge* judge,
                    base::Diagnostics& diagnostics);

}  // namespace weft::mapper
