// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/structure/matrix.h"

namespace weft::structure {

/// One square block, in single precision: the weights themselves have no more digits.
using Block = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A matrix stored block after block, so that a block is one stretch of memory.
class BlockMatrix {
 public:
  BlockMatrix() = default;

  /// Precondition: `block` divides both sizes.
  BlockMatrix(int64_t rows, int64_t cols, int64_t block)
      : block_(block),
        block_rows_(rows / block),
        block_cols_(cols / block),
        values_(Eigen::VectorXf::Zero(rows * cols)) {}

  BlockMatrix(const Matrix& matrix, int64_t block)
      : BlockMatrix(matrix.rows(), matrix.cols(), block) {
    for (int64_t i = 0; i < block_rows_; ++i) {
      for (int64_t j = 0; j < block_cols_; ++j)
        at(i, j) = matrix.block(i * block, j * block, block, block).cast<float>();
    }
  }

  Matrix matrix() const {
    Matrix result(block_rows_ * block_, block_cols_ * block_);
    for (int64_t i = 0; i < block_rows_; ++i) {
      for (int64_t j = 0; j < block_cols_; ++j)
        result.block(i * block_, j * block_, block_, block_) = at(i, j).cast<double>();
    }
    return result;
  }

  int64_t block() const { return block_; }
  int64_t block_rows() const { return block_rows_; }
  int64_t block_cols() const { return block_cols_; }

  Eigen::Map<Block> at(int64_t i, int64_t j) {
    return {values_.data() + offset(i, j), block_, block_};
  }
  Eigen::Map<const Block> at(int64_t i, int64_t j) const {
    return {values_.data() + offset(i, j), block_, block_};
  }

 private:
  int64_t offset(int64_t i, int64_t j) const { return (i * block_cols_ + j) * block_ * block_; }

  int64_t block_ = 0;
  int64_t block_rows_ = 0;
  int64_t block_cols_ = 0;
  Eigen::VectorXf values_;  // aligned, so that sums do not depend on where memory was found
};

}  // namespace weft::structure
