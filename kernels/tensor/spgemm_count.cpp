// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/spgemm_count.h"

#include <numeric>

#include "base/error.h"
#include "base/parallel.h"

namespace weft::tensor {

namespace {

int64_t sum(const std::vector<int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

/// Distinct columns that the product's row reaches. `last_row_of[column]` remembers the row that
/// reached a column last, so that nothing has to be cleared between rows.
int64_t reach(const CsrMatrix& a, const CsrMatrix& b, int64_t row,
              std::vector<int32_t>& last_row_of) {
  int64_t reached = 0;
  const auto mark = static_cast<int32_t>(row);
  for (int64_t entry = a.row_start[row]; entry < a.row_start[row + 1]; ++entry) {
    const int32_t inner = a.column[entry];
    for (int64_t place = b.row_start[inner]; place < b.row_start[inner + 1]; ++place) {
      int32_t& last_row = last_row_of[b.column[place]];
      reached += last_row != mark ? 1 : 0;
      last_row = mark;
    }
  }
  return reached;
}

constexpr int64_t kPointerBytes = 8;
constexpr int64_t kEntryBytes = 4 + 8;

int64_t matrix_bytes(int64_t rows, int64_t nnz) {
  return kPointerBytes * (rows + 1) + kEntryBytes * nnz;
}

int64_t selected_bytes(const CsrMatrix& a, const CsrMatrix& b) {
  std::vector<bool> selected(b.rows, false);
  for (const int32_t inner : a.column) selected[inner] = true;
  int64_t rows = 0;
  int64_t entries = 0;
  for (int64_t row = 0; row < b.rows; ++row) {
    if (!selected[row]) continue;
    ++rows;
    entries += b.row_nnz(row);
  }
  return matrix_bytes(rows, entries);
}

}  // namespace

std::vector<int64_t> products_per_row(const CsrMatrix& a, const CsrMatrix& b) {
  WEFT_CHECK(a.cols == b.rows, "the inner sizes of a product agree");
  std::vector<int64_t> products(a.rows, 0);
  for (int64_t row = 0; row < a.rows; ++row) {
    for (int64_t entry = a.row_start[row]; entry < a.row_start[row + 1]; ++entry) {
      products[row] += b.row_nnz(a.column[entry]);
    }
  }
  return products;
}

int64_t count_products(const CsrMatrix& a, const CsrMatrix& b) {
  return sum(products_per_row(a, b));
}

std::vector<int64_t> product_row_nnz(const CsrMatrix& a, const CsrMatrix& b) {
  WEFT_CHECK(a.cols == b.rows, "the inner sizes of a product agree");
  constexpr int kRowsPerChunk = 64;
  std::vector<int64_t> nnz(a.rows);
  base::SharedRange rows(a.rows, kRowsPerChunk);
  base::on_processors(rows.parts(), [&] {
    std::vector<int32_t> last_row_of(b.cols, -1);
    while (const auto part = rows.take()) {
      for (int64_t row = part.begin; row < part.end; ++row)
        nnz[row] = reach(a, b, row, last_row_of);
    }
  });
  return nnz;
}

int64_t compulsory_bytes(const CsrMatrix& a, const CsrMatrix& b, int64_t nnz_out) {
  const int64_t b_bytes = &a == &b ? 0 : selected_bytes(a, b);
  return matrix_bytes(a.rows, a.nnz()) + b_bytes + matrix_bytes(a.rows, nnz_out);
}

SpgemmWork count_spgemm(const CsrMatrix& a, const CsrMatrix& b) {
  SpgemmWork work;
  work.products = count_products(a, b);
  work.flops = 2 * work.products;
  work.nnz_out = sum(product_row_nnz(a, b));
  work.compulsory_bytes = compulsory_bytes(a, b, work.nnz_out);
  return work;
}

}  // namespace weft::tensor
