// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/dense/dense_tensor.h"
#include "kernels/native/cpu/aligned.h"
#include "kernels/native/cpu/matrix_view.h"

namespace weft::native {

/// A 2:4 matrix as Weft's native kernel reads it: half of the values, in blocks of kBlock columns,
/// each with its column within the block. Row-major: a row of blocks, each of its kept entries.
template <class T>
class Compressed24 {
 public:
  /// Columns of a block: as many rows of the other operand as stay in the L1 cache.
  static constexpr int64_t kBlock = 64;

  /// Precondition: two dims, at most two nonzeros in every four of a row.
  explicit Compressed24(const dense::DenseTensor& matrix);

  int64_t rows() const { return rows_; }
  int64_t cols() const { return cols_; }

  /// Working memory of one thread.
  struct Memory {
    Array<T> panel;  // columns of X, [row][as many as registers hold sums]
    Array<T> sums;   // the same columns of C
  };

  /// C = W X for the rows of C from `first_row` on; X has as many rows as W has columns. Both C and
  /// X lie by rows. Runs on this thread.
  void multiply(int64_t first_row, const MatrixView<const T>& x, const MatrixView<T>& c,
                Memory& memory) const;

  /// The matrix with its zeros, for tests.
  dense::DenseTensor expanded() const;

 private:
  void multiply_panel(int64_t first_row, int64_t rows, Memory& memory) const;

  int64_t rows_ = 0;
  int64_t cols_ = 0;
  Array<T> values_;               // [row][cols / 2]
  std::vector<uint8_t> columns_;  // [row][cols / 2], within a block
};

}  // namespace weft::native
