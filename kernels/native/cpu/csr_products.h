// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/native/cpu/aligned.h"
#include "kernels/tensor/csr.h"

namespace weft::native {

/// A sparse matrix in fp32, as the plain kernels read it. Converted once, outside of timed regions.
struct Csr32 {
  explicit Csr32(const tensor::CsrMatrix& matrix);

  int64_t rows = 0;
  int64_t cols = 0;
  std::vector<int64_t> row_start;  // [rows + 1]
  std::vector<int32_t> column;     // [nnz]
  Array<float> value;              // [nnz]
};

/// Y = A X on `threads` threads, row by row; X is [a.cols][columns], Y [a.rows][columns]. Rows go
/// to threads in blocks of equally many entries.
void csr_spmm(const Csr32& a, std::span<const float> x, int64_t columns, std::span<float> y,
              int threads);

/// y = A x.
void csr_spmv(const Csr32& a, std::span<const float> x, std::span<float> y, int threads);

/// Z = S .* (A B^T) at the entries of S; A is [s.rows][depth], B [s.cols][depth], Z [nnz].
void csr_sddmm(const Csr32& s, std::span<const float> a, std::span<const float> b, int64_t depth,
               std::span<float> z, int threads);

}  // namespace weft::native
