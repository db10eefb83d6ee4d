// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/spmm_rows.h"

#include <algorithm>

#include "mapper/gpu/rows/record.h"
#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

using program::AccessKind;
using program::CtaTrace;

constexpr int64_t kWidestLoad = 4;  // floats of a lane
/// Entries whose rows of X a warp has in flight: the loop is unrolled so far.
constexpr int64_t kSpmmUnrolled = 4;
constexpr double kSpmmEntryInstructions = 3;  // two shuffles and an address
constexpr double kChunkInstructions = 8;      // column and value of 32 entries, the loop
constexpr double kSpmmBeginInstructions = 24;
constexpr double kStoreInstructions = 4;

}  // namespace

SpmmRows::SpmmRows(const tensor::CsrMatrix& a, std::span<const float> x, int64_t columns,
                   std::span<float> y, const SpmmPlan& plan)
    : plan_(plan),
      a_(a, kFloatBytes, space_),
      x_(x, columns, space_),
      y_(y),
      y_at_(space_.allocate(static_cast<int64_t>(y.size()) * kFloatBytes)) {}

int64_t SpmmRows::ctas() const {
  return ceil_div(a_.matrix->rows, plan_.warps) * ceil_div(x_.cols, plan_.tile_columns);
}

/// CTAs of neighbouring rows follow each other, one tile of columns after the other, so that the
/// tile of X in use stays small.
void SpmmRows::run(int64_t cta, CtaTrace& trace) {
  const int64_t groups = ceil_div(a_.matrix->rows, plan_.warps);
  const int64_t first = cta / groups * plan_.tile_columns;
  const int64_t columns = std::min(plan_.tile_columns, x_.cols - first);
  const int64_t begin = cta % groups * plan_.warps;
  const int64_t end = std::min<int64_t>(begin + plan_.warps, a_.matrix->rows);
  for (int64_t row = begin; row < end; ++row) {
    run_row(row, first, columns, static_cast<unsigned>(row - begin), trace);
  }
}

void SpmmRows::run_row(int64_t row, int64_t first, int64_t columns, unsigned warp,
                       CtaTrace& trace) {
  const tensor::CsrMatrix& a = *a_.matrix;
  const int64_t begin = a.row_start[static_cast<size_t>(row)];
  const int64_t entries = a.row_nnz(row);
  float* const sum = y_.data() + row * x_.cols + first;
  std::fill_n(sum, columns, 0.0F);
  trace.access(AccessKind::Read, a_.row_at(row), 2 * kIndexBytes);
  trace.access(AccessKind::Read, a_.column_at(begin), static_cast<uint64_t>(entries * kIndexBytes));
  trace.access(AccessKind::Read, a_.value_at(begin), static_cast<uint64_t>(entries * kFloatBytes));
  for (int64_t p = begin; p < begin + entries; ++p) {
    const int64_t k = a.column[static_cast<size_t>(p)];
    const auto factor = static_cast<float>(a.value[static_cast<size_t>(p)]);
    const float* const from = x_.entry(k, first);
    for (int64_t n = 0; n < columns; ++n) sum[n] += factor * from[n];
    trace.access(AccessKind::Read, x_.at_entry(k, first),
                 static_cast<uint64_t>(columns * kFloatBytes));
  }
  const auto n = static_cast<double>(entries);
  const auto chunks = static_cast<double>(ceil_div(entries, kLanes));
  const auto loads = static_cast<double>(ceil_div(columns, kLanes * kWidestLoad));
  const auto fmas = static_cast<double>(ceil_div(columns, kLanes));
  program::WarpWork& work = trace.work();
  work.instructions += kSpmmBeginInstructions + chunks * kChunkInstructions +
                       n * (kSpmmEntryInstructions + loads + fmas) + loads * kStoreInstructions;
  work.alu +=
      kSpmmBeginInstructions + chunks * (kChunkInstructions - 2) + n * kSpmmEntryInstructions;
  work.fma32 += n * fmas;
  work.global_requests += 2 + 2 * chunks + n * loads + loads;
  work.products += n * static_cast<double>(columns);
  program::WarpChain& chain = trace.chain(warp);
  chain.loads +=
      static_cast<uint32_t>(1 + ceil_div(entries, kLanes) + ceil_div(entries, kSpmmUnrolled));
  chain.instructions += static_cast<uint32_t>(8 + entries);
  record_store(trace, y_at_ + static_cast<uint64_t>((row * x_.cols + first) * kFloatBytes),
               columns * kFloatBytes);
}

program::RowLaunch spmm_launch(const tensor::CsrMatrix& a, std::span<const float> x,
                               int64_t columns, std::span<float> y, const SpmmPlan& plan) {
  program::RowLaunch launch;
  launch.name = "spmm";
  launch.threads = plan.warps * static_cast<int>(kLanes);
  launch.registers = static_cast<int>(32 + 2 * plan.tile_columns / kLanes);
  auto function = std::make_shared<SpmmRows>(a, x, columns, y, plan);
  launch.ctas = function->ctas();
  launch.function = std::move(function);
  return launch;
}

}  // namespace weft::mapper
