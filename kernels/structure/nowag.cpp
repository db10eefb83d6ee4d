// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/nowag.h"

namespace weft::structure {

namespace {

/// Added to every length, so that an empty row or column stays one.
constexpr double kLeastLength = 1e-5;

}  // namespace

Normalised nowag_normalise(const Matrix& weight) {
  Normalised result;
  result.column_scale = weight.colwise().norm().transpose().array() + kLeastLength;
  result.weights = weight * result.column_scale.cwiseInverse().asDiagonal();
  result.row_scale = result.weights.rowwise().norm().array() + kLeastLength;
  result.weights = result.row_scale.cwiseInverse().asDiagonal() * result.weights;
  return result;
}

}  // namespace weft::structure
