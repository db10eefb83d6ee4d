// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/dense/dense_tensor.h"
#include "kernels/ir/kernel.h"
#include "mapper/gpu/lower_contraction.h"

namespace weft::mapper {

/// Gives the launches of a program their arithmetic on `values`, which holds the operands and
/// receives what the statements write; it must outlive the program. CTAs compute their tiles as
/// matrix units do: operands as stored (2:4 ones by value and position), sums in fp32 (fp64 for f64
/// and integers), results rounded to their dtype.
void attach_values(program::GridProgram& program, const GpuMapping& mapping,
                   const ir::Kernel& kernel, dense::TensorValues& values);

}  // namespace weft::mapper
