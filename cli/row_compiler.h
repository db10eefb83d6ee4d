// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/simulate.h"
#include "kernels/ir/kernel.h"
#include "kernels/tensor/source.h"
#include "mapper/nest/nest_tensors.h"
#include "mapper/search/row_model.h"
#include "sim/machine/gpu_description.h"

namespace weft::cli {

/// Compilers of many mappings of one kernel on the same operands; what is given must outlive them.

/// Of a product of two sparse matrices.
mapper::RowCompiler product_compiler(const tensor::ProductOperands& operands,
                                     const machine::GpuDescription& gpu);
/// Of a sparse matrix met with dense operands, which are loaded once.
mapper::RowCompiler mixed_compiler(const SimulateRequest& request, ir::Kernel kernel);
/// Of loop nests.
mapper::RowCompiler nest_compiler(mapper::NestTensors& tensors, const machine::GpuDescription& gpu);

}  // namespace weft::cli
