// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/structure/matrix.h"

namespace weft::structure {

/// A weight whose columns, and then rows, were brought to length one: weight = diag(row_scale)
/// weights diag(column_scale). Outliers of single channels then weigh no more than others (NoWag,
/// 2025).
struct Normalised {
  Matrix weights;
  Vector row_scale;
  Vector column_scale;
};

/// 1e-5 is added to every length, so that a column or row of zeros stays one.
Normalised nowag_normalise(const Matrix& weight);

}  // namespace weft::structure
