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

Normalised nowag_normalise(const Matrix& weight);

}  // namespace weft::structure
