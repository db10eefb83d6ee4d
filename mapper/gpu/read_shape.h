// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "mapper/gpu/contraction.h"
#include "mapper/gpu/contraction_form.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// The type in which a unit multiplies the operands of a statement: the narrower of theirs, to
/// which sums of fp32 that another statement made are rounded.
ir::Dtype unit_dtype(const ir::Kernel& kernel, const ContractionForm& form);

/// Multiply-adds in a cycle of the unit of an SM that is fastest for operands of a dtype.
double fastest_fma_per_cycle(const machine::SmDescription& sm, ir::Dtype dtype);

/// The unit that works on a statement's tiles: the one that the document names; of several the
/// multiply-add pipes for f32, and for other types the matrix unit where the machine has it.
/// Reports a unit that the machine lacks, or lacks for the operands' type, and one that does not
/// suit their format, each with what would do.
std::optional<ir::MatrixUnit> choose_unit(const ir::Kernel& kernel, const ContractionForm& form,
                                          const ir::Tensorize& tensorize,
                                          const machine::GpuDescription& gpu,
                                          base::Diagnostics& diagnostics);

/// The extents, types and bytes of a contraction on a unit that suits it.
ContractionShape contraction_shape(const ir::Kernel& kernel, const ContractionForm& form,
                                   ir::MatrixUnit unit);

}  // namespace weft::mapper
