// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/dense/dense_tensor.h"
#include "kernels/structure/matrix.h"

namespace weft::structure {

/// Whether a source names a file of all elements of a tensor: FILE.npy, FILE.safetensors:TENSOR, or
/// FILE.safetensors, which then has one.
bool is_dense_file(const std::string& source);

/// The file of such a source, without the tensor's name.
std::string dense_file_of(const std::string& source);

/// Reads such a file. UserError.
dense::DenseTensor read_dense_file(const std::string& source);

/// The weight of FILE.npy, FILE.safetensors:TENSOR, or a synthetic family. UserError where it is no
/// matrix, is empty, or cannot be read.
Matrix load_weight(const std::string& source);

/// The length of every column of activations over all tokens: from a .npy file (or a tensor) of
/// tokens x columns, or of the lengths themselves. UserError where the columns are not `cols`.
Vector load_activation_norms(const std::string& source, int64_t cols);

}  // namespace weft::structure
