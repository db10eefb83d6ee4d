// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/tensor/csr.h"

namespace weft::tensor {

/// The work of C = A * B, which depends on structure alone.
struct SpgemmWork {
  int64_t products = 0;          ///< scalar multiplications
  int64_t flops = 0;             ///< a multiplication and an addition per product
  int64_t nnz_out = 0;           ///< structural entries of C: cancellation removes none
  int64_t compulsory_bytes = 0;  ///< every needed byte of A, B and C moved once
};

/// Products of each row of C: for each entry of A's row, the length of the row of B that it
/// selects. Precondition for all functions here: a.cols == b.rows.
std::vector<int64_t> products_per_row(const CsrMatrix& a, const CsrMatrix& b);

/// Sum of products_per_row.
int64_t count_products(const CsrMatrix& a, const CsrMatrix& b);

/// Entries of each row of C, by marking the columns that each row reaches. Runs on all
/// processors with one marker per column in each; O(products) time.
std::vector<int64_t> product_row_nnz(const CsrMatrix& a, const CsrMatrix& b);

/// The least memory traffic of C = A * B with 8-byte row pointers and values and 4-byte column
/// indices: A once, the rows of B that some entry of A selects once, C once. Where B is A itself it
/// counts once.
int64_t compulsory_bytes(const CsrMatrix& a, const CsrMatrix& b, int64_t nnz_out);

/// All of the above.
SpgemmWork count_spgemm(const CsrMatrix& a, const CsrMatrix& b);

}  // namespace weft::tensor
