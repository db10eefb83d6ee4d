// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/transpose.h"

#include <numeric>

namespace weft::tensor {

CsrMatrix transpose(const CsrMatrix& matrix) {
  CsrMatrix result{
      .rows = matrix.cols, .cols = matrix.rows, .row_start = {}, .column = {}, .value = {}};
  result.row_start.assign(result.rows + 1, 0);
  for (const int32_t column : matrix.column) ++result.row_start[column + 1];
  std::partial_sum(result.row_start.begin(), result.row_start.end(), result.row_start.begin());
  result.column.resize(matrix.nnz());
  result.value.resize(matrix.nnz());

  std::vector<int64_t> next(result.row_start.begin(), result.row_start.end() - 1);
  for (int64_t row = 0; row < matrix.rows; ++row) {
    for (int64_t entry = matrix.row_start[row]; entry < matrix.row_start[row + 1]; ++entry) {
      const int64_t place = next[matrix.column[entry]]++;
      result.column[place] = static_cast<int32_t>(row);
      result.value[place] = matrix.value[entry];
    }
  }
  return result;
}

}  // namespace weft::tensor
