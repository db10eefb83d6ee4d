// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/tensor/csr.h"
#include "mapper/compile/builder.h"

namespace weft::mapper {

/// What bounds on C = A * B need of the real matrices, counted once.
struct SpgemmHistogram {
  SpgemmHistogram(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b);

  SpgemmOperands operands;           // with the products of each row
  std::vector<int64_t> row_entries;  // of C
  int64_t products = 0;
  int64_t entries = 0;  // of C
  int64_t entries_of_a = 0;
  int64_t compulsory_bytes = 0;     // every needed byte of A, B and C once
  std::vector<int64_t> row_pieces;  // DMA buffers that the rows of B fill which a row of A selects
};

}  // namespace weft::mapper
