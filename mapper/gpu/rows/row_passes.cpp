// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/row_passes.h"

#include <algorithm>

#include "mapper/gpu/rows/record.h"
#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

using program::AccessKind;
using program::CtaTrace;

constexpr int kCountThreads = 128;
constexpr int kBinThreads = 1024;
constexpr int kScanThreads = 256;
constexpr int64_t kScanRows = 8;  // of a thread

/// An entry of A: its column, two row pointers of B, a difference, a sum in shared memory.
constexpr TurnCost kCountTurn{18, 0, 0, 1, 3, 8, 0, 3};
/// A row: its count, its bin by comparing, a place in the bin by an atomic, its number stored.
constexpr TurnCost kBinTurn{48, 2, 2, 2, 3, 24, 2, 2};
/// A row: read, a warp and a block scan, written.
constexpr TurnCost kScanTurn{30, 4, 4, 0, 2, 16, 4, 1};

class CountProducts : public program::RowFunction {
 public:
  CountProducts(SpgemmState& state, int64_t rows_per_cta) : state_(state), rows_(rows_per_cta) {}

  void run(int64_t cta, CtaTrace& trace) override {
    const tensor::CsrMatrix& a = *state_.a.matrix;
    const tensor::CsrMatrix& b = *state_.b.matrix;
    const int64_t begin = cta * rows_;
    const int64_t end = std::min(begin + rows_, a.rows);
    trace.access(AccessKind::Read, state_.a.row_at(begin),
                 static_cast<uint64_t>((end - begin + 1) * kIndexBytes));
    const int64_t first = a.row_start[static_cast<size_t>(begin)];
    const int64_t last = a.row_start[static_cast<size_t>(end)];
    trace.access(AccessKind::Read, state_.a.column_at(first),
                 static_cast<uint64_t>((last - first) * kIndexBytes));
    for (int64_t row = begin; row < end; ++row) {
      int64_t products = 0;
      for (int64_t p = a.row_start[static_cast<size_t>(row)];
           p < a.row_start[static_cast<size_t>(row) + 1]; ++p) {
        const int64_t k = a.column[static_cast<size_t>(p)];
        products += b.row_nnz(k);
        trace.access(AccessKind::Read, state_.b.row_at(k), 2 * kIndexBytes);
      }
      state_.row_products[static_cast<size_t>(row)] = products;
    }
    record_turns(
        trace, kCountThreads / kLanes,
        static_cast<double>(ceil_div(last - first, kLanes) + ceil_div(end - begin, kLanes)),
        kCountTurn);
    record_store(trace, state_.c_row_at + static_cast<uint64_t>(begin * kIndexBytes),
                 (end - begin) * kIndexBytes);
  }

 private:
  SpgemmState& state_;
  int64_t rows_;
};

/// A pass that reads a word per row and writes one.
class RowPass : public program::RowFunction {
 public:
  RowPass(const SpgemmState& state, int64_t rows_per_cta, int threads, const TurnCost& turn)
      : state_(state), rows_(rows_per_cta), threads_(threads), turn_(turn) {}

  void run(int64_t cta, CtaTrace& trace) override {
    const int64_t begin = cta * rows_;
    const int64_t rows = std::min(rows_, state_.a.matrix->rows - begin);
    const auto offset = static_cast<uint64_t>(begin * kIndexBytes);
    trace.access(AccessKind::Read, state_.c_row_at + offset,
                 static_cast<uint64_t>(rows * kIndexBytes));
    record_turns(trace, static_cast<unsigned>(threads_ / kLanes),
                 static_cast<double>(ceil_div(rows, kLanes)), turn_);
    record_store(trace, state_.bins_at + offset, rows * kIndexBytes);
  }

 private:
  const SpgemmState& state_;
  int64_t rows_;
  int threads_;
  TurnCost turn_;
};

program::RowLaunch row_pass(const std::string& name, const SpgemmState& state, int threads,
                            int64_t rows_per_cta, const TurnCost& turn) {
  program::RowLaunch launch;
  launch.name = name;
  launch.threads = threads;
  launch.shared_bytes = 1024;
  launch.ctas = ceil_div(state.a.matrix->rows, rows_per_cta);
  launch.function = std::make_shared<RowPass>(state, rows_per_cta, threads, turn);
  return launch;
}

}  // namespace

program::RowLaunch count_products_launch(SpgemmState& state) {
  const tensor::CsrMatrix& a = *state.a.matrix;
  const int64_t mean = std::max<int64_t>(1, a.rows > 0 ? a.nnz() / a.rows : 1);
  const int64_t rows = std::clamp<int64_t>(kCountThreads / mean, 1, kCountThreads);
  program::RowLaunch launch;
  launch.name = "count products";
  launch.threads = kCountThreads;
  launch.shared_bytes = 2048;
  launch.ctas = ceil_div(a.rows, rows);
  launch.function = std::make_shared<CountProducts>(state, rows);
  return launch;
}

program::RowLaunch bin_rows_launch(const SpgemmState& state) {
  program::RowLaunch launch = row_pass("bin rows", state, kBinThreads, kBinThreads, kBinTurn);
  launch.source = kBinSource;
  return launch;
}

program::RowLaunch scan_rows_launch(const SpgemmState& state) {
  return row_pass("scan rows", state, kScanThreads, kScanThreads * kScanRows, kScanTurn);
}

}  // namespace weft::mapper
