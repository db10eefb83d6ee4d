// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/spgemm_rows.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "mapper/gpu/rows/dense_rows.h"
#include "mapper/gpu/rows/global_rows.h"
#include "mapper/gpu/rows/hash_rows.h"
#include "mapper/gpu/rows/record.h"
#include "mapper/gpu/rows/row_passes.h"
#include "sim/machine/sm_limits.h"

namespace weft::mapper {

namespace {

/// Slots of the tables of the smallest rows, of which several share a CTA.
constexpr int64_t kSmallSlots = 32;
constexpr int kSmallThreads = 256;
constexpr int kSmallLanes = 8;
/// Slots of the smallest table that has a CTA to itself, and of the largest that is sorted by rank
/// whatever the plan says.
constexpr int64_t kFirstSlots = 256;
constexpr int64_t kRankSlots = 1024;
constexpr int kMostThreads = 1024;
constexpr double kWordBytes = 4;

/// Threads of a CTA whose table has so many slots: four slots a thread where it computes, eight
/// where it only counts.
int threads_of(int64_t slots, bool numeric) {
  return static_cast<int>(std::clamp<int64_t>(slots / (numeric ? 4 : 8), 64, kMostThreads));
}

int64_t largest_shared_bytes(const machine::GpuDescription& gpu) {
  const machine::SmLimits& limits =
      machine::sm_limits(machine::parse_compute_capability(gpu.compute_capability).value());
  return limits.shared_bytes_opt_in > 0 ? limits.shared_bytes_opt_in
                                        : machine::kDefaultSharedBytesPerBlock;
}

}  // namespace

RowSpgemm::RowSpgemm(const RowSpgemmPlan& plan, const machine::GpuDescription& gpu,
                     const tensor::CsrMatrix& a, const tensor::CsrMatrix& b)
    : plan_(plan), shared_bytes_(largest_shared_bytes(gpu)), state_(a, b) {
  sources = {plan.rows, plan.bins, plan.sums};
}

void RowSpgemm::restart() {
  state_.forget();
  phase_ = Phase::Count;
}

bool RowSpgemm::next(program::RowStage& stage) {
  const double row_bytes = static_cast<double>(state_.a.matrix->rows) * kWordBytes;
  const double entries =
      state_.row_begin.empty() ? 0 : static_cast<double>(state_.row_begin.back());
  switch (phase_) {
    case Phase::Count:
      stage.host.allocations = {row_bytes, 2 * row_bytes};
      stage.launches.push_back(count_products_launch(state_));
      phase_ = Phase::Bins;
      return true;
    case Phase::Bins:
      stage.host.round_trips = 1;
      if (plan_.binned) stage.launches.push_back(bin_rows_launch(state_));
      phase_ = plan_.symbolic ? Phase::Symbolic : Phase::Scan;
      return true;
    case Phase::Symbolic:
      stage.host.round_trips = 1;
      stage.launches = row_launches(state_.row_products, false);
      phase_ = Phase::Scan;
      return true;
    case Phase::Scan:
      stage.launches.push_back(scan_rows_launch(state_));
      if (plan_.binned && plan_.symbolic) stage.launches.push_back(bin_rows_launch(state_));
      phase_ = Phase::Allocate;
      return true;
    case Phase::Allocate:
      state_.place_rows(plan_.symbolic ? state_.row_entries : state_.row_products);
      stage.host.round_trips = 1;
      stage.host.allocations = {static_cast<double>(state_.row_begin.back()) * kIndexBytes,
                                static_cast<double>(state_.row_begin.back()) * kValueBytes};
      phase_ = Phase::Numeric;
      return true;
    case Phase::Numeric:
      stage.launches =
          row_launches(plan_.symbolic ? state_.row_entries : state_.row_products, true);
      phase_ = Phase::Release;
      return true;
    case Phase::Release:
      stage.host.round_trips = entries > 0 ? 1 : 0;
      phase_ = Phase::End;
      return true;
    case Phase::End:
      return false;
  }
  return false;
}

/// Deals rows with work into bins by the table that `sizes` asks for, the largest first, so that
/// the longest rows do not begin last.
std::vector<program::RowLaunch> RowSpgemm::row_launches(const std::vector<int64_t>& sizes,
                                                        bool numeric) {
  // Tags alone are small: where entries are only counted, tables have twice the slots.
  const int64_t largest = plan_.largest_slots * (numeric ? 1 : 2);
  const auto bins = static_cast<size_t>(std::bit_width(static_cast<uint64_t>(largest)));
  std::vector<std::vector<int64_t>> rows(bins);
  std::vector<int64_t> long_rows;
  int64_t longest = 0;
  for (size_t row = 0; row < sizes.size(); ++row) {
    if (state_.row_products[row] == 0) continue;
    const int64_t size = std::min(sizes[row], state_.b.matrix->cols);
    int64_t slots = plan_.binned ? kSmallSlots : largest;
    while (slots < largest && size > room(slots)) slots = std::max(2 * slots, kFirstSlots);
    if (plan_.dense || size > room(slots)) {
      long_rows.push_back(static_cast<int64_t>(row));
      longest = std::max(longest, size);
    } else {
      rows[static_cast<size_t>(std::bit_width(static_cast<uint64_t>(slots))) - 1].push_back(
          static_cast<int64_t>(row));
    }
  }
  std::vector<program::RowLaunch> launches;
  for (size_t bin = bins; bin-- > 0;) {
    if (!rows[bin].empty()) {
      launches.push_back(hash_launch(std::move(rows[bin]), int64_t{1} << bin, numeric));
    }
  }
  if (!long_rows.empty()) {
    // First, unless tables for them are to be allocated: the rows below keep the card busy then.
    program::RowLaunch launch = long_rows_launch(std::move(long_rows), longest, numeric);
    const bool waits = !launch.host.allocations.empty() && !launches.empty();
    launches.insert(launches.begin() + (waits ? 1 : 0), std::move(launch));
  }
  return launches;
}

program::RowLaunch RowSpgemm::long_rows_launch(std::vector<int64_t> rows, int64_t largest,
                                               bool numeric) {
  program::RowLaunch launch;
  launch.threads = kMostThreads;
  launch.registers = 32;
  launch.ctas = static_cast<int64_t>(rows.size());
  launch.source = kSumSource;
  const std::string phase = numeric ? "numeric" : "symbolic";
  // To count, a bit per column will do, whatever the sums need.
  if (!numeric || plan_.dense || plan_.long_rows == LongRows::Windows) {
    const DenseRowsShape shape{kMostThreads, shared_bytes_, numeric};
    launch.name = phase + " windows";
    launch.shared_bytes = shape.shared_bytes;
    launch.function = std::make_shared<DenseRows>(state_, std::move(rows), shape);
    return launch;
  }
  GlobalRowsShape shape;
  shape.threads = kMostThreads;
  shape.slots = slots_for(static_cast<uint32_t>(largest));
  shape.sort = plan_.sort;
  shape.bits = plan_.bits;
  launch.host.allocations = {static_cast<double>(shape.table_bytes()) *
                             static_cast<double>(rows.size())};
  launch.name = phase + " global tables";
  launch.shared_bytes = 64;
  launch.function = std::make_shared<GlobalRows>(state_, std::move(rows), shape);
  return launch;
}

program::RowLaunch RowSpgemm::hash_launch(std::vector<int64_t> rows, int64_t slots, bool numeric) {
  HashRowsShape shape;
  const bool small = slots == kSmallSlots;
  shape.threads = small ? kSmallThreads : threads_of(slots, numeric);
  shape.lanes_per_row = small ? kSmallLanes : shape.threads;
  shape.slots = static_cast<uint32_t>(slots);
  shape.numeric = numeric;
  shape.bits = plan_.bits;
  shape.sort = plan_.sort == RowSort::Radix && slots <= kRankSlots ? RowSort::Rank : plan_.sort;
  program::RowLaunch launch;
  launch.name = fmt::format("{} {} slots", numeric ? "numeric" : "symbolic", slots);
  launch.threads = shape.threads;
  launch.registers = 40;
  launch.shared_bytes = shape.shared_bytes();
  launch.source = kSumSource;
  auto function = std::make_shared<HashRows>(state_, std::move(rows), shape);
  launch.ctas = function->ctas();
  launch.function = std::move(function);
  return launch;
}

}  // namespace weft::mapper
