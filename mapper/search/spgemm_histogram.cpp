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
  for (const int32_t k : a.column) {
    pieces_of_b += (b.row_nnz(k) + kBufferElements - 1) / kBufferElements;
  }
}

}  // namespace weft::mapper
