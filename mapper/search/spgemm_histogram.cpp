// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/spgemm_histogram.h"

#include <numeric>

#include "kernels/tensor/spgemm_count.h"
#include "mapper/compile/emit.h"

namespace weft::mapper {

SpgemmHistogram::SpgemmHistogram(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b)
    : operands(count_operands(a, b)),
      row_entries(tensor::product_row_nnz(a, b)),
      products(std::accumulate(operands.row_flops.begin(), operands.row_flops.end(), int64_t{0})),
      entries(std::accumulate(row_entries.begin(), row_entries.end(), int64_t{0})),
      entries_of_a(a.nnz()),
      compulsory_bytes(tensor::compulsory_bytes(a, b, entries)) {
  for (size_t row = 0; row < row_entries.size(); ++row) {
    int64_t pieces = 0;
    for (int64_t e = a.row_start[row]; e < a.row_start[row + 1]; ++e)
      pieces +=
          (b.row_nnz(a.column[static_cast<size_t>(e)]) + kBufferElements - 1) / kBufferElements;
    row_pieces.push_back(pieces);
  }
}

}  // namespace weft::mapper
