// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "kernels/program/row_program.h"
#include "mapper/gpu/rows/device_dense.h"

namespace weft::mapper {

/// How Z = S .* (A B^T) is cut for an SM array.
struct SddmmPlan {
  int warps = 4;  // of a CTA, a row of S each
};

/// Z[m,n] = S[m,n] * (row m of A . row n of B) at the entries of S: a warp takes a row of S and
/// holds the row of A in registers; for each entry its lanes read the row of B, multiply and add up
/// by shuffles. Rows of B are used again by other rows of S, as far as the caches keep them.
class SddmmRows : public program::RowFunction {
 public:
  /// `a` [s.rows * depth], `b` [s.cols * depth], `z` [s.nnz()], overwritten.
  SddmmRows(const tensor::CsrMatrix& s, std::span<const float> a, std::span<const float> b,
            int64_t depth, std::span<float> z, const SddmmPlan& plan);

  int64_t ctas() const;
  void run(int64_t cta, program::CtaTrace& trace) override;

 private:
  void run_row(int64_t row, unsigned warp, program::CtaTrace& trace);

  SddmmPlan plan_;
  DeviceSpace space_;
  DeviceCsr s_;
  DeviceDense a_;
  DeviceDense b_;
  std::span<float> z_;
  uint64_t z_at_;
};

/// The launch of it.
program::RowLaunch sddmm_launch(const tensor::CsrMatrix& s, std::span<const float> a,
                                std::span<const float> b, int64_t depth, std::span<float> z,
                                const SddmmPlan& plan);

}  // namespace weft::mapper
