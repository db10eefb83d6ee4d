// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "kernels/program/row_program.h"
#include "mapper/gpu/rows/device_dense.h"

namespace weft::mapper {

/// How Y = A X is cut for an SM array.
struct SpmmPlan {
  int64_t tile_columns = 128;  // of X and Y, of a CTA: 32 lanes of 1, 2 or 4, or several of these
  int warps = 4;               // of a CTA, a row of A each
};

/// Y = A X with A sparse by rows and X, Y dense: a warp takes a row of A and a tile of columns, one
/// to four neighbours to a lane. It reads 32 entries of A at once and passes them round; each
/// brings the piece of its row of X, whose reuse between rows is up to the caches. Y is kept in
/// registers.
class SpmmRows : public program::RowFunction {
 public:
  /// `y`: [a.rows * columns of x], overwritten.
  SpmmRows(const tensor::CsrMatrix& a, std::span<const float> x, int64_t columns,
           std::span<float> y, const SpmmPlan& plan);

  int64_t ctas() const;
  void run(int64_t cta, program::CtaTrace& trace) override;

 private:
  void run_row(int64_t row, int64_t first, int64_t columns, unsigned warp,
               program::CtaTrace& trace);

  SpmmPlan plan_;
  DeviceSpace space_;
  DeviceCsr a_;
  DeviceDense x_;
  std::span<float> y_;
  uint64_t y_at_;
};

/// The launch of it.
program::RowLaunch spmm_launch(const tensor::CsrMatrix& a, std::span<const float> x,
                               int64_t columns, std::span<float> y, const SpmmPlan& plan);

}  // namespace weft::mapper
