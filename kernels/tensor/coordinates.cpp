// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/coordinates.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "base/error.h"
#include "kernels/tensor/transpose.h"

namespace weft::tensor {

namespace {

/// Distributes the entries over their rows, keeping the order of the list within a row.
CsrMatrix scatter_by_row(const Coordinates& list) {
  CsrMatrix matrix{
      .rows = list.rows, .cols = list.cols, .row_start = {}, .column = {}, .value = {}};
  matrix.row_start.assign(list.rows + 1, 0);
  for (const int32_t row : list.row) ++matrix.row_start[row + 1];
  std::partial_sum(matrix.row_start.begin(), matrix.row_start.end(), matrix.row_start.begin());
  matrix.column.resize(list.entries());
  matrix.value.resize(list.entries(), 1.0);

  std::vector<int64_t> next(matrix.row_start.begin(), matrix.row_start.end() - 1);
  for (int64_t entry = 0; entry < list.entries(); ++entry) {
    const int64_t place = next[list.row[entry]]++;
    matrix.column[place] = list.column[entry];
    if (!list.value.empty()) matrix.value[place] = list.value[entry];
  }
  return matrix;
}

template <typename Ordered>
bool every_row(const CsrMatrix& matrix, Ordered ordered) {
  for (int64_t row = 0; row < matrix.rows; ++row) {
    const auto begin = matrix.column.begin() + matrix.row_start[row];
    const auto end = matrix.column.begin() + matrix.row_start[row + 1];
    if (std::adjacent_find(begin, end, std::not_fn(ordered)) != end) return false;
  }
  return true;
}

/// Merges equal columns of sorted rows in place.
void merge_duplicates(CsrMatrix& matrix, Duplicates duplicates) {
  int64_t kept = 0;
  int64_t entry = 0;
  for (int64_t row = 0; row < matrix.rows; ++row) {
    const int64_t row_begin = kept;
    for (; entry < matrix.row_start[row + 1]; ++entry) {
      if (kept > row_begin && matrix.column[kept - 1] == matrix.column[entry]) {
        if (duplicates == Duplicates::Sum) matrix.value[kept - 1] += matrix.value[entry];
        continue;
      }
      matrix.column[kept] = matrix.column[entry];
      matrix.value[kept] = matrix.value[entry];
      ++kept;
    }
    matrix.row_start[row + 1] = kept;
  }
  matrix.column.resize(kept);
  matrix.value.resize(kept);
}

}  // namespace

CsrMatrix csr_from_coordinates(Coordinates coordinates, Duplicates duplicates) {
  WEFT_CHECK(coordinates.value.empty() || coordinates.value.size() == coordinates.row.size(),
             "coordinates have as many values as rows, or none");
  CsrMatrix matrix = scatter_by_row(coordinates);
  coordinates = {};
  // Files are mostly in row-major or column-major order, which the scatter turns into sorted rows.
  // Otherwise transposing twice sorts them: each transpose is a stable counting sort.
  if (!every_row(matrix, std::less_equal<int32_t>{})) matrix = transpose(transpose(matrix));
  if (!every_row(matrix, std::less<int32_t>{})) merge_duplicates(matrix, duplicates);
  return matrix;
}

}  // namespace weft::tensor
