// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/native/native_run.h"
#include "kernels/tensor/csr.h"

namespace weft::native {

/// A sparse matrix that meets dense operands in fp32.
struct SparseProduct {
  const tensor::CsrMatrix& matrix;
  std::span<const float> left;   // X of spmm [cols][width], x of spmv, A of sddmm [rows][width]
  std::span<const float> right;  // B of sddmm [cols][width]
  int64_t width = 1;             // columns of X, the depth of sddmm; 1 for spmv
};

/// The CPU reference for such a product.
struct SparseReference {
  std::vector<NativeRun> runs;
  size_t fastest = 0;  ///< among those that verified
  std::string against;
};

/// Y = A X by Weft's plain kernel over rows, and by SuiteSparse:GraphBLAS. Precondition: threads
/// are at least 1.
SparseReference run_cpu_spmm(const SparseProduct& product, int threads,
                             const Repetitions& repetitions);

/// y = A x by the same.
SparseReference run_cpu_spmv(const SparseProduct& product, int threads,
                             const Repetitions& repetitions);

/// Z = S .* (A B^T) at the entries of S by Weft's plain kernel.
SparseReference run_cpu_sddmm(const SparseProduct& product, int threads,
                              const Repetitions& repetitions);

}  // namespace weft::native
