// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/compressed24.h"

#include <algorithm>

#include "base/error.h"
#include "kernels/dense/structured.h"
#include "kernels/native/cpu/vector_kernels.h"

// A processor has no 2:4 units, but half of the products can be left out: every kept value of a row
// of W is multiplied with a whole row of X, which its position selects. Vectors run along the
// columns of X, so nothing is gathered element by element. X is copied to panels as wide as the
// registers hold sums, and walked kBlock rows at a time, which stay in the L1 cache while the rows
// of W go by.
namespace weft::native {

namespace {

/// Rows whose sums are formed together. They are formed beside C: its rows are often a power of two
/// apart, where they would push each other out of the caches.
constexpr int64_t kRows = 64;

/// Sums that a tile of the inner loop keeps in registers.
template <class T>
int64_t panel_width() {
  constexpr int64_t kVectors = 8;
  return kVectors * vector_kernels<T>().lanes;
}

template <class T>
void copy_columns(const MatrixView<const T>& x, int64_t first, int64_t width, int64_t wide,
                  Array<T>& panel) {
  panel.resize(static_cast<size_t>(x.rows * wide));
  for (int64_t row = 0; row < x.rows; ++row) {
    T* const to = panel.data() + row * wide;
    std::copy_n(x.at(row, first), width, to);
    std::fill(to + width, to + wide, T{});
  }
}

}  // namespace

template <class T>
Compressed24<T>::Compressed24(const dense::DenseTensor& matrix)
    : rows_(matrix.shape.at(0)), cols_(matrix.shape.at(1)) {
  WEFT_CHECK(matrix.shape.size() == 2, "a 2:4 matrix has two dims");
  constexpr int64_t kGroup = 4;
  const dense::Structured24 stored = dense::compress24(matrix);
  const int64_t kept = cols_ / 2;
  values_.assign(stored.values.begin(), stored.values.end());
  columns_.reserve(stored.positions.size());
  for (size_t entry = 0; entry < stored.positions.size(); ++entry) {
    const int64_t group = static_cast<int64_t>(entry) % kept / 2;
    columns_.push_back(
        static_cast<uint8_t>(group * kGroup % kBlock + int64_t{stored.positions[entry]}));
  }
}

template <class T>
void Compressed24<T>::multiply(int64_t first_row, const MatrixView<const T>& x,
                               const MatrixView<T>& c, Memory& memory) const {
  WEFT_CHECK(x.rows == cols_ && first_row + c.rows <= rows_ && x.by_rows() && c.by_rows(),
             "operands of the wrong size");
  const int64_t wide = panel_width<T>();
  for (int64_t first = 0; first < c.cols; first += wide) {
    const int64_t width = std::min(wide, c.cols - first);
    copy_columns(x, first, width, wide, memory.panel);
    for (int64_t row = 0; row < c.rows; row += kRows) {
      const int64_t rows = std::min(kRows, c.rows - row);
      multiply_panel(first_row + row, rows, memory);
      for (int64_t i = 0; i < rows; ++i)
        std::copy_n(memory.sums.data() + i * wide, width, c.at(row + i, first));
    }
  }
}

template <class T>
void Compressed24<T>::multiply_panel(int64_t first_row, int64_t rows, Memory& memory) const {
  const VectorKernels<T>& kernels = vector_kernels<T>();
  const int64_t wide = panel_width<T>();
  const int64_t kept = cols_ / 2;
  memory.sums.resize(static_cast<size_t>(kRows * wide));
  for (int64_t block = 0; block < cols_; block += kBlock) {
    const int64_t entries = std::min(kBlock, cols_ - block) / 2;
    for (int64_t row = 0; row < rows; ++row) {
      const int64_t at = (first_row + row) * kept + block / 2;
      kernels.gather_near_rows(values_.data() + at, columns_.data() + at, entries,
                               memory.panel.data() + block * wide, wide,
                               memory.sums.data() + row * wide, wide, block > 0);
    }
  }
}

template <class T>
dense::DenseTensor Compressed24<T>::expanded() const {
  dense::DenseTensor matrix{{rows_, cols_},
                            std::vector<double>(static_cast<size_t>(rows_ * cols_))};
  const int64_t kept = cols_ / 2;
  for (int64_t entry = 0; entry < rows_ * kept; ++entry) {
    const int64_t block = entry % kept * 2 / kBlock * kBlock;
    const auto place = static_cast<size_t>(entry);
    matrix.values[static_cast<size_t>(entry / kept * cols_ + block + columns_[place])] =
        static_cast<double>(values_[place]);
  }
  return matrix;
}

template class Compressed24<float>;
template class Compressed24<double>;

}  // namespace weft::native
