// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/structure/matrix.h"
#include "kernels/structure/structure.h"

namespace weft::structure {

/// What makes a weight worth keeping; x is the length of its column's activations over all tokens.
enum class Score {
  Magnitude,  // |w|
  Wanda,      // |w| x (Sun et al. 2023)
  NoWag,      // w'^2 x^2, w' normalised over rows and columns (NoWag-P)
};

/// The score of every weight. `activation_norms` has one for each column.
Matrix scores_of(Score score, const Matrix& weight, const Vector& activation_norms);

/// 1 where a weight is among the `kept` highest scores of its group, else 0; equal scores keep the
/// first. Precondition: the groups fill the columns.
Matrix best_mask(const Matrix& scores, const NmSparse& form);

/// The weights that a mask keeps: "values" and "positions" (0 to group - 1, rising), both (M,
/// N / group * kept). Precondition: the mask keeps `kept` of every group.
std::vector<Factor> compress_sparse(const Matrix& weight, const Matrix& mask, const NmSparse& form);

/// The matrix, zeros included, that "values" and "positions" stand for.
Matrix expand_sparse(const Factor& values, const Factor& positions, const NmSparse& form);

}  // namespace weft::structure
