// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/spgemm_state.h"

namespace weft::mapper {

SpgemmState::SpgemmState(const tensor::CsrMatrix& a_matrix, const tensor::CsrMatrix& b_matrix)
    : a(a_matrix, kValueBytes, space),
      b(&a_matrix == &b_matrix ? a : DeviceCsr(b_matrix, kValueBytes, space)),
      c_row_at(space.allocate((a_matrix.rows + 1) * kIndexBytes)),
      bins_at(space.allocate(a_matrix.rows * kIndexBytes)) {
  forget();
}

void SpgemmState::forget() {
  const auto rows = static_cast<size_t>(a.matrix->rows);
  row_products.assign(rows, 0);
  row_entries.assign(rows, 0);
  row_begin.clear();
  c_column.clear();
  c_value.clear();
}

void SpgemmState::place_rows(const std::vector<int64_t>& entries) {
  row_begin.assign(1, 0);
  for (int64_t n : entries) row_begin.push_back(row_begin.back() + n);
  c_column.resize(static_cast<size_t>(row_begin.back()));
  c_value.resize(static_cast<size_t>(row_begin.back()));
  if (c_column_at == 0) {
    c_column_at = space.allocate(row_begin.back() * kIndexBytes);
    c_value_at = space.allocate(row_begin.back() * kValueBytes);
  }
}

}  // namespace weft::mapper
