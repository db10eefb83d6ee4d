// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace weft::native {

/// A matrix in memory that belongs to somebody else; steps count elements.
template <class T>
struct MatrixView {
  T* data = nullptr;
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t row_step = 0;
  int64_t col_step = 1;

  bool by_rows() const { return col_step == 1 || cols == 1; }
  bool by_columns() const { return row_step == 1 || rows == 1; }
  T* at(int64_t row, int64_t col) const { return data + row * row_step + col * col_step; }
};

/// The leading dimension that libraries want where one row or column may have any step.
inline int64_t leading(int64_t step, int64_t least) {
  return std::max({step, least, int64_t{1}});
}

}  // namespace weft::native
