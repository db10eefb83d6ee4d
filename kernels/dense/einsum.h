// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/dense/dense_tensor.h"
#include "kernels/dense/deviation.h"
#include "kernels/ir/kernel.h"

namespace weft::dense {

/// Evaluates the statements of a kernel in order, with sums in fp64 that are rounded once to the
/// dtype of their tensor: the reference for results of machines. Statements are sums of products of
/// two tensors with affine subscripts. Small ones are plain loops over all indices; of large ones
/// each product of the batch is laid out as two matrices for OpenBLAS. `values` holds the operands
/// and receives the rest; returns how it was done.
std::string evaluate_kernel(const ir::Kernel& kernel, TensorValues& values);

/// Compares the results of a kernel. The tolerance follows from the dtypes: the roundings of stored
/// values, and those of a sum of as many terms as the longest one in fp32 (fp64 for f64).
Deviation compare_results(const ir::Kernel& kernel, const TensorValues& found,
                          const TensorValues& expected);

}  // namespace weft::dense
