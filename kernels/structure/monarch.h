// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/structure/matrix.h"
#include "kernels/structure/structure.h"

namespace weft::structure {

/// The nearest Monarch matrix in the Frobenius norm: factors "w1" (k, q, p) and "w2" (l, s, r).
/// Precondition: the sizes of `form` fit `weight`.
std::vector<Factor> project_monarch(const Matrix& weight, const Monarch& form);

/// The matrix that the factors stand for.
Matrix expand_monarch(const std::vector<Factor>& factors, const Monarch& form);

}  // namespace weft::structure
