// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "kernels/structure/mm_star.h"

namespace weft::structure {

/// The factors of a weight that is exactly a product M1 M2* with real factors, up to their scales
/// (Dao et al., "Monarch", 2022, theorem 2). None where its assumptions fail: slices of the first
/// row and column of slices have full rank, and what they have in common has distinct real
/// eigenvalues. Of a weight that is not such a product they are some start, good near one.
std::optional<MmStarFactors> recover_mm_star(const Matrix& weight, const MmStar& form);

}  // namespace weft::structure
