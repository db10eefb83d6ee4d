// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/hash_rows.h"

#include <algorithm>
#include <bit>

#include "mapper/gpu/rows/record.h"
#include "mapper/gpu/rows/warp_listing.h"

namespace weft::mapper {

namespace {

using program::AccessKind;
using program::CtaTrace;

constexpr int64_t kSharedTagBytes = 4;
/// Lanes of a small row each take a row of B of their own.
constexpr int kSmallRowLanes = 8;

}  // namespace

int64_t HashRowsShape::shared_bytes() const {
  const int64_t slot = numeric ? kSharedTagBytes + kValueBytes : kSharedTagBytes;
  return slot * slots * rows_per_cta() + kSharedTagBytes * rows_per_cta();
}

HashRows::HashRows(SpgemmState& state, std::vector<int64_t> rows, const HashRowsShape& shape)
    : state_(state),
      rows_(std::move(rows)),
      shape_(shape),
      table_(shape.bits, state.b.matrix->cols) {}

int64_t HashRows::ctas() const {
  return ceil_div(static_cast<int64_t>(rows_.size()), shape_.rows_per_cta());
}

void HashRows::run(int64_t cta, CtaTrace& trace) {
  const auto first = static_cast<size_t>(cta * shape_.rows_per_cta());
  const size_t count_of_rows =
      std::min(static_cast<size_t>(shape_.rows_per_cta()), rows_.size() - first);
  const std::span<const int64_t> rows(rows_.data() + first, count_of_rows);
  trace.access(AccessKind::Read, state_.bins_at + first * kIndexBytes, count_of_rows * kIndexBytes);
  begin_rows(rows, trace);
  insert(rows, trace);
  if (shape_.numeric) {
    drain(rows, trace);
  } else {
    count(rows, trace);
  }
}

/// The rows' numbers and pointers, and empty tables.
void HashRows::begin_rows(std::span<const int64_t> rows, CtaTrace& trace) {
  table_.reset(static_cast<uint32_t>(rows.size()), shape_.slots);
  const auto warps = static_cast<unsigned>(shape_.threads) / kWarpLanes;
  for (int64_t row : rows) {
    trace.access(AccessKind::Read, state_.a.row_at(row), 2 * kIndexBytes);
  }
  TurnCost start;
  start.instructions = kListing.cta_begin;
  start.global_requests = 3;
  start.chained_instructions = 8;
  start.chained_loads = 2;
  record_turns(trace, warps, warps, start);
  TurnCost clear;
  clear.instructions = shape_.numeric ? 2 * kListing.clear : kListing.clear;
  clear.shared_requests = shape_.numeric ? 2 : 1;
  clear.shared_wavefronts = shape_.numeric ? 3 : 1;
  const double slots = static_cast<double>(shape_.slots) * shape_.rows_per_cta();
  record_turns(trace, warps, slots / kWarpLanes, clear);
  trace.end_step();
}

/// Lanes that share a row of B: about as many as rows of B are long, so that few idle.
unsigned HashRows::lanes_per_group(int64_t row) const {
  const int64_t entries = std::max<int64_t>(1, state_.a.matrix->row_nnz(row));
  const int64_t mean = ceil_div(state_.row_products[static_cast<size_t>(row)], entries);
  return std::bit_ceil(static_cast<unsigned>(std::clamp<int64_t>(mean, 1, kWarpLanes)));
}

void HashRows::insert(std::span<const int64_t> rows, CtaTrace& trace) {
  const std::vector<int64_t>& starts = state_.a.matrix->row_start;
  const bool several = shape_.rows_per_cta() > 1;
  const unsigned lanes = several ? 1 : lanes_per_group(rows.front());
  const int64_t groups_per_row = (several ? kSmallRowLanes : shape_.threads) / lanes;
  groups_.clear();
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t begin = starts[static_cast<size_t>(rows[i])];
    const int64_t end = starts[static_cast<size_t>(rows[i]) + 1];
    trace.access(AccessKind::Read, state_.a.column_at(begin),
                 static_cast<uint64_t>((end - begin) * kIndexBytes));
    if (shape_.numeric) {
      trace.access(AccessKind::Read, state_.a.value_at(begin),
                   static_cast<uint64_t>((end - begin) * kValueBytes));
    }
    for (int64_t group = 0; group < groups_per_row; ++group) {
      groups_.push_back({begin + group, end, static_cast<uint32_t>(i) * shape_.slots});
    }
  }
  const WalkShape walk{lanes, groups_per_row, shape_.numeric};
  walk_products(
      state_.a, state_.b, groups_, walk, trace, [&](unsigned warp, const LaneBatch& batch) {
        const ProbeCost cost = table_.insert(batch, shape_.numeric, [](uint32_t, bool) {});
        program::WarpWork& work = trace.work();
        work.products += batch.lanes;
        record_probes(cost, shape_.numeric, !shape_.numeric, work, trace.chain(warp));
      });
  trace.end_step();
}

/// Symbolic: the number of entries of each row is stored.
void HashRows::count(std::span<const int64_t> rows, CtaTrace& trace) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto tags = table_.tags().subspan(i * shape_.slots, shape_.slots);
    state_.row_entries[static_cast<size_t>(rows[i])] = std::count_if(
        tags.begin(), tags.end(), [](int32_t tag) { return tag != HashTable::kEmpty; });
    record_store(trace, state_.c_row_at + static_cast<uint64_t>(rows[i] * kIndexBytes),
                 kIndexBytes);
  }
  TurnCost store;
  store.instructions = 6;
  store.shared_requests = store.shared_wavefronts = 1;
  store.global_requests = 1;
  store.chained_shared = 1;
  record_turns(trace, 1, 1, store);
}

/// Numeric: entries are collected at the front of the table, put in order, stored.
void HashRows::drain(std::span<const int64_t> rows, CtaTrace& trace) {
  const auto warps = static_cast<unsigned>(shape_.threads) / kWarpLanes;
  TurnCost collect;
  collect.instructions = kListing.drain_slot;
  collect.shared_requests = 4;
  collect.shared_wavefronts = 6;
  collect.atomic_requests = 1;
  collect.chained_instructions = 5;
  collect.chained_shared = 4;
  const double slots = static_cast<double>(shape_.slots) * shape_.rows_per_cta();
  record_turns(trace, warps, slots / kWarpLanes, collect);
  trace.end_step();
  const bool several = shape_.rows_per_cta() > 1;
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t row = rows[i];
    store_sorted(state_, table_, static_cast<uint32_t>(i) * shape_.slots, shape_.slots, row);
    const int64_t entries = state_.row_entries[static_cast<size_t>(row)];
    const int64_t begin = state_.row_begin[static_cast<size_t>(row)];
    const int64_t scattered = shape_.sort == RowSort::Rank ? 1 : 0;
    record_store(trace, state_.c_column_at + static_cast<uint64_t>(begin * kIndexBytes),
                 entries * kIndexBytes, scattered * kIndexBytes);
    record_store(trace, state_.c_value_at + static_cast<uint64_t>(begin * kValueBytes),
                 entries * kValueBytes, scattered * kValueBytes);
    // Rows that share a CTA are sorted side by side: a warp holds those of several.
    const int64_t share = several ? kWarpLanes / shape_.lanes_per_row : 1;
    if (several && i % static_cast<size_t>(share) != 0) continue;
    if (shape_.sort == RowSort::Rank) record_rank_sort(trace, entries, shape_.lanes_per_row);
  }
  if (shape_.sort == RowSort::Radix) {
    record_radix_sort(trace, shape_.slots, shape_.threads, state_.b.matrix->cols);
  }
}

void record_probes(const ProbeCost& cost, bool numeric, bool shared_counter,
                   program::WarpWork& work, program::WarpChain& chain) {
  work.instructions += kListing.hash + cost.rounds * kListing.probe;
  work.alu += kListing.hash + cost.rounds * (kListing.probe - 1);
  work.atomic_requests += cost.rounds;
  work.atomic_wavefronts += cost.passes;
  chain.instructions += 3 + 3 * cost.rounds;
  chain.atomics += cost.rounds;
  if (shared_counter) {
    work.instructions += 3 * cost.new_rounds;
    work.atomic_requests += cost.new_rounds;
    work.atomic_wavefronts += cost.new_rounds;
  }
  if (!numeric) return;
  work.instructions += 1 + cost.adding_rounds * (1 + kListing.add64);
  work.alu += cost.adding_rounds * (kListing.add64 - 2);
  work.fma64 += 1 + cost.adding_rounds;
  work.shared_requests += cost.adding_rounds;
  work.shared_wavefronts += cost.adding_passes;
  work.atomic_requests += cost.adding_rounds;
  work.atomic_wavefronts += cost.adding_passes;
  chain.fma64 += 1 + cost.adding_rounds;
  chain.shared += cost.adding_rounds;
  chain.atomics += cost.adding_rounds;
}

void store_sorted(SpgemmState& state, const HashTable& table, uint32_t first, uint32_t slots,
                  int64_t row) {
  const auto begin = static_cast<size_t>(state.row_begin[static_cast<size_t>(row)]);
  int32_t* const column = state.c_column.data() + begin;
  int64_t n = 0;
  thread_local std::vector<std::pair<int32_t, double>> entries;
  entries.clear();
  for (uint32_t slot = first; slot < first + slots; ++slot) {
    if (table.tags()[slot] == HashTable::kEmpty) continue;
    entries.emplace_back(table.tags()[slot], table.values()[slot]);
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& x, const auto& y) { return x.first < y.first; });
  for (const auto& [c, value] : entries) {
    column[n] = c;
    state.c_value[begin + static_cast<size_t>(n++)] = value;
  }
  state.row_entries[static_cast<size_t>(row)] = n;
}

}  // namespace weft::mapper
