// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/native/cpu/cpu_product.h"
#include "kernels/tensor/csr.h"

namespace weft::native {

/// C = A * B on `threads` threads by row-wise (Gustavson) hash accumulation. The structure is that
/// of the product: entries that cancel stay. Sums run in the order of A's entries, so the values do
/// not depend on `threads`. Precondition: a.cols == b.rows, threads >= 1.
CpuProduct spgemm_hash(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b, int threads,
                       RowOrder order);

}  // namespace weft::native
