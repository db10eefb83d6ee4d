// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "kernels/dense/dense_tensor.h"

namespace weft::dense {

/// Reads a NumPy file (.npy, format 1.0 to 3.0) of little-endian f8, f4 or f2, or of i1, in C
/// order. UserError "FILE: byte N: expected X, found Y" for anything else, NaN and infinity
/// included.
DenseTensor read_npy(const std::filesystem::path& file);

}  // namespace weft::dense
