// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/spmv_rows.h"

#include <algorithm>
#include <bit>

#include "mapper/gpu/rows/record.h"
#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

using program::AccessKind;
using program::CtaTrace;

constexpr uint64_t kReadSectorBytes = 32;
constexpr double kTurnInstructions = 9;     // column, value, address, x, multiply-add, loop
constexpr double kShuffleInstructions = 2;  // a shuffle and an addition
constexpr double kSpmvBeginInstructions = 20;
constexpr double kSegmentInstructions = 14;  // an entry's product to its row in shared memory

}  // namespace

SpmvRows::SpmvRows(const tensor::CsrMatrix& a, std::span<const float> x, std::span<float> y,
                   const SpmvPlan& plan)
    : plan_(plan),
      a_(a, kFloatBytes, space_),
      x_(x, 1, space_),
      y_(y),
      y_at_(space_.allocate(static_cast<int64_t>(y.size()) * kFloatBytes)),
      lanes_per_row_(static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(
          std::clamp<int64_t>(ceil_div(a.nnz(), std::max<int64_t>(a.rows, 1)), 1, kLanes))))) {}

int64_t SpmvRows::ctas() const {
  if (!plan_.by_entries) return ceil_div(a_.matrix->rows, rows_per_cta());
  // One is there without entries too: the library launches all the same.
  return std::max<int64_t>(1, ceil_div(a_.matrix->nnz(), plan_.threads * plan_.entries_per_thread));
}

void SpmvRows::run(int64_t cta, CtaTrace& trace) {
  if (plan_.by_entries) {
    run_entries(cta, trace);
  } else {
    run_rows(cta, trace);
  }
}

/// Multiplies entries by what they gather of x; neighbours in one sector gather it once.
float SpmvRows::add_up(int64_t begin, int64_t end, CtaTrace& trace) {
  const tensor::CsrMatrix& a = *a_.matrix;
  float sum = 0;
  uint64_t sector = ~uint64_t{0};
  for (int64_t p = begin; p < end; ++p) {
    const int64_t k = a.column[static_cast<size_t>(p)];
    sum += static_cast<float>(a.value[static_cast<size_t>(p)]) * *x_.entry(k, 0);
    const uint64_t here = x_.at_entry(k, 0) / kReadSectorBytes;
    if (here == sector) continue;
    sector = here;
    trace.access(AccessKind::Read, x_.at_entry(k, 0), kFloatBytes);
  }
  return sum;
}

void SpmvRows::run_rows(int64_t cta, CtaTrace& trace) {
  const tensor::CsrMatrix& a = *a_.matrix;
  const int64_t first = cta * rows_per_cta();
  const int64_t last = std::min(first + rows_per_cta(), a.rows);
  const int64_t rows_per_warp = kLanes / lanes_per_row_;
  const auto shuffles =
      static_cast<double>(std::bit_width(static_cast<uint64_t>(lanes_per_row_)) - 1);
  for (int64_t row = first; row < last; row += rows_per_warp) {
    const int64_t stop = std::min(row + rows_per_warp, last);
    int64_t turns = 0;
    for (int64_t r = row; r < stop; ++r) {
      const auto at = static_cast<size_t>(r);
      turns = std::max(turns, ceil_div(a.row_nnz(r), lanes_per_row_));
      y_[at] = add_up(a.row_start[at], a.row_start[at + 1], trace);
    }
    const int64_t begin = a.row_start[static_cast<size_t>(row)];
    const int64_t entries = a.row_start[static_cast<size_t>(stop)] - begin;
    trace.access(AccessKind::Read, a_.row_at(row),
                 static_cast<uint64_t>((stop - row + 1) * kIndexBytes));
    trace.access(AccessKind::Read, a_.column_at(begin),
                 static_cast<uint64_t>(entries * kIndexBytes));
    trace.access(AccessKind::Read, a_.value_at(begin),
                 static_cast<uint64_t>(entries * kFloatBytes));
    const auto n = static_cast<double>(turns);
    program::WarpWork& work = trace.work();
    work.instructions +=
        kSpmvBeginInstructions + n * kTurnInstructions + shuffles * kShuffleInstructions;
    work.alu += kSpmvBeginInstructions + n * (kTurnInstructions - 4) + shuffles;
    work.fma32 += n + shuffles;
    work.global_requests += 2 + 3 * n;
    work.products += static_cast<double>(entries);
    program::WarpChain& chain = trace.chain(static_cast<unsigned>((row - first) / rows_per_warp));
    chain.loads += static_cast<uint32_t>(1 + 2 * turns);
    chain.instructions += static_cast<uint32_t>(4 + 3 * turns + 2 * static_cast<int64_t>(shuffles));
  }
  record_store(trace, y_at_ + static_cast<uint64_t>(first * kFloatBytes),
               (last - first) * kFloatBytes);
}

SpmvRows::Slice SpmvRows::entries_of(int64_t cta) const {
  const int64_t share = plan_.threads * plan_.entries_per_thread;
  return {cta * share, std::min((cta + 1) * share, a_.matrix->nnz())};
}

void SpmvRows::run_entries(int64_t cta, CtaTrace& trace) {
  const tensor::CsrMatrix& a = *a_.matrix;
  const Slice slice = entries_of(cta);
  const auto first =
      static_cast<int64_t>(std::upper_bound(a.row_start.begin(), a.row_start.end(), slice.begin) -
                           a.row_start.begin() - 1);
  int64_t row = first;
  for (int64_t p = slice.begin; p < slice.end; ++row) {
    const int64_t stop = std::min(a.row_start[static_cast<size_t>(row) + 1], slice.end);
    if (stop > p) y_[static_cast<size_t>(row)] += add_up(p, stop, trace);
    p = std::max(p, stop);
  }
  const int64_t entries = slice.end - slice.begin;
  const int64_t rows = row - first;
  // The search for the first row: its steps depend on each other.
  const auto steps = static_cast<uint32_t>(std::bit_width(static_cast<uint64_t>(a.rows)));
  trace.work().instructions += 6.0 * steps;
  trace.work().global_requests += steps;
  trace.chain(0).loads += steps + 2;
  if (entries == 0) return;
  trace.access(AccessKind::Read, a_.row_at(first), static_cast<uint64_t>((rows + 1) * kIndexBytes));
  trace.access(AccessKind::Read, a_.column_at(slice.begin),
               static_cast<uint64_t>(entries * kIndexBytes));
  trace.access(AccessKind::Read, a_.value_at(slice.begin),
               static_cast<uint64_t>(entries * kFloatBytes));
  const auto turns = static_cast<double>(ceil_div(entries, kLanes));
  TurnCost turn;
  turn.instructions = kTurnInstructions + kSegmentInstructions;
  turn.shared_requests = turn.shared_wavefronts = 3;
  turn.global_requests = 3;
  turn.chained_instructions = 8;
  turn.chained_shared = 2;
  turn.chained_loads = 0.5;  // the loads of a thread's entries overlap
  const auto warps = static_cast<unsigned>(plan_.threads / kLanes);
  record_turns(trace, warps, turns, turn);
  trace.work().fma32 += turns;
  trace.work().products += static_cast<double>(entries);
  record_store(trace, y_at_ + static_cast<uint64_t>(first * kFloatBytes), rows * kFloatBytes);
  trace.access(AccessKind::Atomic, y_at_ + static_cast<uint64_t>(first * kFloatBytes), kFloatBytes);
  trace.access(AccessKind::Atomic, y_at_ + static_cast<uint64_t>((row - 1) * kFloatBytes),
               kFloatBytes);
}

program::RowLaunch spmv_launch(const tensor::CsrMatrix& a, std::span<const float> x,
                               std::span<float> y, const SpmvPlan& plan) {
  program::RowLaunch launch;
  launch.name = "spmv";
  launch.threads = plan.threads;
  launch.registers = 32;
  launch.shared_bytes = plan.by_entries ? plan.threads * plan.entries_per_thread * kFloatBytes : 0;
  auto function = std::make_shared<SpmvRows>(a, x, y, plan);
  launch.ctas = function->ctas();
  launch.function = std::move(function);
  return launch;
}

}  // namespace weft::mapper
