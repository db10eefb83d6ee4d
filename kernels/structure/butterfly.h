// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/structure/matrix.h"

namespace weft::structure {

/// Butterfly factors of a square weight, the leftmost first: "level0", "level1", ... with shapes
/// (2^level, n / 2^(level + 1), 2, 2): node, pair, output half, input half. Exact where the weight
/// is a butterfly matrix; otherwise good, but not the nearest one, which nobody knows how to find.
/// Precondition: square, and the size is a power of two, at least 2.
std::vector<Factor> project_butterfly(const Matrix& weight);

/// The n x n matrix that the factors stand for.
Matrix expand_butterfly(const std::vector<Factor>& factors, int64_t n);

}  // namespace weft::structure
