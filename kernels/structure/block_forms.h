// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/structure/matrix.h"
#include "kernels/structure/structure.h"

namespace weft::structure {

// Each pair projects a weight onto a form, nearest in the Frobenius norm, and multiplies the
// factors out again. Precondition of all: the sizes of the form fit the weight.

/// "U" (M, rank) and "V" (rank, N) by truncated SVD; the squared error is the sum of the squares of
/// the singular values left out.
std::vector<Factor> project_low_rank(const Matrix& weight, const LowRank& form);
Matrix expand_low_rank(const std::vector<Factor>& factors, const LowRank& form);

/// "U" (M, rank) and "V" (blocks, rank / blocks, N / blocks). The columns of each block meet
/// columns of U of their own, so each stretch of columns of W is a low-rank problem by itself.
std::vector<Factor> project_block_dense(const Matrix& weight, const BlockDense& form);
Matrix expand_block_dense(const std::vector<Factor>& factors, const BlockDense& form);

/// "W" (blocks, M / blocks, N / blocks): what lies outside of the blocks is lost.
std::vector<Factor> project_block_diagonal(const Matrix& weight, const BlockDiagonal& form);
Matrix expand_block_diagonal(const std::vector<Factor>& factors, const BlockDiagonal& form);

}  // namespace weft::structure
