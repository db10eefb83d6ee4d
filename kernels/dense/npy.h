// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "kernels/dense/dense_tensor.h"

namespace weft::dense {

/// Reads a NumPy file (.npy, format 1.0 to 3.0) of little-endian floats (f2, f4, f8), integers or
/// truth values, in C or Fortran order. UserError "FILE: byte N: expected X, found Y" for anything
/// else, NaN, infinity and integers that fp64 does not hold included.
DenseTensor read_npy(const std::filesystem::path& file);

}  // namespace weft::dense
