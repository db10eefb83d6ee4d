// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "kernels/program/row_program.h"
#include "mapper/gpu/rows/row_sort.h"
#include "mapper/gpu/rows/spgemm_state.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// Where a row goes whose entries fill no table in shared memory.
enum class LongRows : uint8_t { Windows, Global };

/// A row-wise sparse product on an SM array: every choice that its schedule leaves to words.
struct RowSpgemmPlan {
  bool dense = false;            // sum rows in arrays over windows of columns and in no tables
  bool binned = true;            // rows by size to CTAs of their size; false: all to the largest
  bool symbolic = true;          // false: rows are placed by the upper bound of their entries
  int64_t largest_slots = 4096;  // of a table, a power of two
  double load_factor = 2.0 / 3;  // of a table that may fill up
  program::HashBits bits = program::HashBits::Mixed;
  RowSort sort = RowSort::Radix;  // Radix: of tables up to kRankSlots by rank all the same
  LongRows long_rows = LongRows::Windows;
  /// Where in the document the passes over rows, the bins and the sums come from.
  program::Source rows, bins, sums;
};

/// The launches of C = A B by rows, as libraries do it: count the products of each row, deal rows
/// into bins by that bound, count the entries of each row (symbolic), allocate C, deal rows into
/// bins by their entries, compute (numeric). Operands must outlive the program.
class RowSpgemm : public program::RowProgram {
 public:
  RowSpgemm(const RowSpgemmPlan& plan, const machine::GpuDescription& gpu,
            const tensor::CsrMatrix& a, const tensor::CsrMatrix& b);

  void restart() override;
  bool next(program::RowStage& stage) override;

  const SpgemmState& state() const { return state_; }

 private:
  enum class Phase : uint8_t { Count, Bins, Symbolic, Scan, Allocate, Numeric, Release, End };

  std::vector<program::RowLaunch> row_launches(const std::vector<int64_t>& sizes, bool numeric);
  program::RowLaunch long_rows_launch(std::vector<int64_t> rows, int64_t largest, bool numeric);
  program::RowLaunch hash_launch(std::vector<int64_t> rows, int64_t slots, bool numeric);
  int64_t room(int64_t slots) const {
    return static_cast<int64_t>(static_cast<double>(slots) * plan_.load_factor);
  }

  RowSpgemmPlan plan_;
  int64_t shared_bytes_;  // that a CTA may have at most
  SpgemmState state_;
  Phase phase_ = Phase::Count;
};

}  // namespace weft::mapper
