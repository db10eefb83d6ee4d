// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/sddmm_rows.h"

#include <algorithm>
#include <memory>

#include "mapper/gpu/rows/record.h"
#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

using program::AccessKind;
using program::CtaTrace;

constexpr int64_t kSddmmWidestLoad = 4;
constexpr int64_t kSddmmUnrolled = 2;  // entries whose rows of B are in flight
constexpr double kShuffles = 5;        // of a sum over 32 lanes
constexpr double kSddmmEntryInstructions = 6;
constexpr double kSddmmBeginInstructions = 24;

}  // namespace

SddmmRows::SddmmRows(const tensor::CsrMatrix& s, std::span<const float> a, std::span<const float> b,
                     int64_t depth, std::span<float> z, const SddmmPlan& plan)
    : plan_(plan),
      s_(s, kFloatBytes, space_),
      a_(a, depth, space_),
      b_(b, depth, space_),
      z_(z),
      z_at_(space_.allocate(s.nnz() * kFloatBytes)) {}

int64_t SddmmRows::ctas() const {
  return ceil_div(s_.matrix->rows, plan_.warps);
}

void SddmmRows::run(int64_t cta, CtaTrace& trace) {
  const int64_t begin = cta * plan_.warps;
  const int64_t end = std::min<int64_t>(begin + plan_.warps, s_.matrix->rows);
  for (int64_t row = begin; row < end; ++row) {
    run_row(row, static_cast<unsigned>(row - begin), trace);
  }
}

void SddmmRows::run_row(int64_t row, unsigned warp, CtaTrace& trace) {
  const tensor::CsrMatrix& s = *s_.matrix;
  const int64_t depth = a_.cols;
  const int64_t begin = s.row_start[static_cast<size_t>(row)];
  const int64_t entries = s.row_nnz(row);
  trace.access(AccessKind::Read, s_.row_at(row), 2 * kIndexBytes);
  trace.access(AccessKind::Read, s_.column_at(begin), static_cast<uint64_t>(entries * kIndexBytes));
  trace.access(AccessKind::Read, s_.value_at(begin), static_cast<uint64_t>(entries * kFloatBytes));
  if (entries > 0) {
    trace.access(AccessKind::Read, a_.at_entry(row, 0), static_cast<uint64_t>(depth * kFloatBytes));
  }
  for (int64_t p = begin; p < begin + entries; ++p) {
    const int64_t n = s.column[static_cast<size_t>(p)];
    float sum = 0;
    for (int64_t k = 0; k < depth; ++k) sum += *a_.entry(row, k) * *b_.entry(n, k);
    z_[static_cast<size_t>(p)] = static_cast<float>(s.value[static_cast<size_t>(p)]) * sum;
    trace.access(AccessKind::Read, b_.at_entry(n, 0), static_cast<uint64_t>(depth * kFloatBytes));
  }
  const auto count = static_cast<double>(entries);
  const auto loads = static_cast<double>(ceil_div(depth, kLanes * kSddmmWidestLoad));
  const auto fmas = static_cast<double>(ceil_div(depth, kLanes));
  program::WarpWork& work = trace.work();
  work.instructions += kSddmmBeginInstructions + loads +
                       count * (kSddmmEntryInstructions + loads + fmas + 2 * kShuffles);
  work.alu += kSddmmBeginInstructions + count * kSddmmEntryInstructions;
  work.fma32 += count * (fmas + kShuffles);
  // Shuffles pass through the shared-memory pipe, one pass each.
  work.shared_requests += count * kShuffles;
  work.shared_wavefronts += count * kShuffles;
  work.global_requests += 4 + loads + count * (loads + 1);
  work.products += count * static_cast<double>(depth);
  program::WarpChain& chain = trace.chain(warp);
  chain.loads += static_cast<uint32_t>(2 + ceil_div(entries, kSddmmUnrolled));
  chain.instructions += static_cast<uint32_t>(8 + entries * (4 + static_cast<int64_t>(fmas)));
  chain.shared +=
      static_cast<uint32_t>(ceil_div(entries, kSddmmUnrolled) * static_cast<int64_t>(kShuffles));
  record_store(trace, z_at_ + static_cast<uint64_t>(begin * kFloatBytes), entries * kFloatBytes);
}

program::RowLaunch sddmm_launch(const tensor::CsrMatrix& s, std::span<const float> a,
                                std::span<const float> b, int64_t depth, std::span<float> z,
                                const SddmmPlan& plan) {
  program::RowLaunch launch;
  launch.name = "sddmm";
  launch.threads = plan.warps * static_cast<int>(kLanes);
  launch.registers = static_cast<int>(std::min<int64_t>(kMostRegisters, 32 + 2 * depth / kLanes));
  auto function = std::make_shared<SddmmRows>(s, a, b, depth, z, plan);
  launch.ctas = function->ctas();
  launch.function = std::move(function);
  return launch;
}

}  // namespace weft::mapper
