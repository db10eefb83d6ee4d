// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>

#include "kernels/program/row_program.h"
#include "mapper/gpu/rows/device_dense.h"

namespace weft::mapper {

/// How y = A x is cut for an SM array.
struct SpmvPlan {
  bool by_entries = true;  // equal numbers of entries to CTAs; false: rows to lanes
  int threads = 128;
  int64_t entries_per_thread = 8;  // by entries
};

/// y = A x with A sparse by rows. By rows: as many lanes as rows are long on average share one,
/// and add up by shuffles; a long row holds up its warp. By entries: every CTA takes as many
/// entries, whatever rows they belong to, finds by search where its rows begin, adds up the pieces
/// of rows in shared memory, and adds the first and the last, which it shares with its neighbours,
/// to y by atomics.
class SpmvRows : public program::RowFunction {
 public:
  /// `y`: [a.rows], overwritten.
  SpmvRows(const tensor::CsrMatrix& a, std::span<const float> x, std::span<float> y,
           const SpmvPlan& plan);

  int64_t ctas() const;
  void begin() override { std::fill(y_.begin(), y_.end(), 0.0F); }
  void run(int64_t cta, program::CtaTrace& trace) override;

 private:
  struct Slice {
    int64_t begin = 0;
    int64_t end = 0;
  };

  Slice entries_of(int64_t cta) const;
  void run_entries(int64_t cta, program::CtaTrace& trace);
  void run_rows(int64_t cta, program::CtaTrace& trace);
  float add_up(int64_t begin, int64_t end, program::CtaTrace& trace);
  int64_t rows_per_cta() const { return plan_.threads / lanes_per_row_; }

  SpmvPlan plan_;
  DeviceSpace space_;
  DeviceCsr a_;
  DeviceDense x_;
  std::span<float> y_;
  uint64_t y_at_;
  int64_t lanes_per_row_;
};

/// The launch of it.
program::RowLaunch spmv_launch(const tensor::CsrMatrix& a, std::span<const float> x,
                               std::span<float> y, const SpmvPlan& plan);

}  // namespace weft::mapper
