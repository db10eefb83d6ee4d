// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace weft::structure {

/// A dense matrix in row-major order, as weights are stored.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

/// One of the tensors that stand for a weight.
struct Factor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<double> values;  // row-major
  bool positions = false;      // small integers, not values
};

/// A factor that is a matrix.
Factor matrix_factor(std::string name, const Matrix& matrix);

/// A factor's values as a matrix of `rows` rows. Precondition: its size is a multiple of `rows`.
Eigen::Map<const Matrix> as_matrix(const Factor& factor, int64_t rows);

}  // namespace weft::structure
