// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/nest_tensors.h"
#include "mapper/search/cost_model.h"
#include "sim/machine/fabric_description.h"

namespace weft::mapper {

/// What is known of the mappings of a kernel that runs as loop nests on a fabric. The space, the
/// machine and the tensors must outlive it; the tensors hold the kernel's real operands, and are
/// the model's own, since walks compute on them.
///
/// Of spaces of some thousand mappings each is compiled: what the compiler refuses is ruled out
/// (`words`, `scratchpad`). Where there is host time to walk each as well, the floors are those of
/// walk_nest(); else they are those of what every mapping must do: the arithmetic of its values,
/// and every operand and result once.
CostModel nest_model(const Mapspace& space, const machine::FabricDescription& fabric,
                     NestTensors& tensors);

}  // namespace weft::mapper
