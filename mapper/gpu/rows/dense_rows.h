// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/gpu/rows/bank_passes.h"
#include "mapper/gpu/rows/row_walk.h"
#include "mapper/gpu/rows/spgemm_state.h"

namespace weft::mapper {

/// How a CTA sums a row of C in an array over a window of columns.
struct DenseRowsShape {
  int threads = 1024;
  int64_t shared_bytes = 96 << 10;
  bool numeric = true;  // false: only a bitmap of the columns, to count them

  /// Columns of a window: a value, a bit and a share of the prefix sums each; or a bit.
  int64_t window_columns() const;
};

/// Counts or computes rows of C window by window: clear the window, add the products that fall into
/// it, scan the bitmap, store the columns that are set, which come in order. Where a row needs
/// several windows, each row of B keeps a cursor, and the groups of lanes meet after every row of B
/// to move it; the longest row of B among those in hand then sets the pace.
class DenseRows : public program::RowFunction {
 public:
  DenseRows(SpgemmState& state, std::vector<int64_t> rows, const DenseRowsShape& shape)
      : state_(state), rows_(std::move(rows)), shape_(shape) {}

  int64_t ctas() const { return static_cast<int64_t>(rows_.size()); }
  void run(int64_t cta, program::CtaTrace& trace) override;

 private:
  struct Range {
    int64_t low = 0;
    int64_t high = 0;
  };

  Range columns_of(int64_t row) const;
  void add_window(int64_t row, Range window, bool several, program::CtaTrace& trace);
  void add_piece(int64_t entry, int64_t& cursor, Range window, unsigned lanes, unsigned warp,
                 program::CtaTrace& trace);
  void add_lanes(int64_t at, int64_t stop, double factor, Range window, program::CtaTrace& trace);
  void store_window(int64_t row, Range window, int64_t& stored, program::CtaTrace& trace);

  SpgemmState& state_;
  std::vector<int64_t> rows_;
  DenseRowsShape shape_;
  std::vector<int64_t> cursor_;  // [entry of the row of A] consumed of its row of B
  std::vector<double> sum_;      // [column of the window]
  std::vector<uint8_t> used_;    // [column of the window]
  BankPasses adds_;
  BankPasses bits_;
};

}  // namespace weft::mapper
