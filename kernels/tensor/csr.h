// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace weft::tensor {

/// A sparse matrix by rows. Entries of a row are contiguous and, unless a function says otherwise,
/// sorted by column without duplicates. Stored zeros are entries. Indices count from 0.
struct CsrMatrix {
  int64_t rows = 0;
  int64_t cols = 0;
  std::vector<int64_t> row_start;  // [rows + 1]
  std::vector<int32_t> column;     // [nnz]
  std::vector<double> value;       // [nnz]

  int64_t nnz() const { return static_cast<int64_t>(column.size()); }
  int64_t row_nnz(int64_t row) const { return row_start[row + 1] - row_start[row]; }
};

}  // namespace weft::tensor
