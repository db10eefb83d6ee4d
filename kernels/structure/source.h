// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/structure/matrix.h"

namespace weft::structure {

/// The weight of FILE.npy, FILE.safetensors:TENSOR, or a synthetic family. UserError where it is no
/// matrix, is empty, or cannot be read.
Matrix load_weight(const std::string& source);

/// The length of every column of activations over all tokens: from a .npy file (or a tensor) of
/// tokens x columns, or of the lengths themselves. UserError where the columns are not `cols`.
Vector load_activation_norms(const std::string& source, int64_t cols);

}  // namespace weft::structure
