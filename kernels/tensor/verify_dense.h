// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "kernels/tensor/csr.h"
#include "kernels/tensor/verify.h"

namespace weft::tensor {

/// Largest accepted error of a sum in fp32, relative to the sum of |a * b| over its products.
inline constexpr double kVerifyTolerance32 = 1e-5;

/// Compares Y [a.rows * columns] with A X, X [a.cols * columns], computed anew in fp64. A vector is
/// one column. O(a.nnz() * columns) time.
VerifyReport verify_spmm(const CsrMatrix& a, std::span<const float> x, int64_t columns,
                         std::span<const float> y);

/// Compares Z [s.nnz()] with S .* (A B^T), A [s.rows * depth], B [s.cols * depth].
VerifyReport verify_sddmm(const CsrMatrix& s, std::span<const float> a, std::span<const float> b,
                          int64_t depth, std::span<const float> z);

}  // namespace weft::tensor
