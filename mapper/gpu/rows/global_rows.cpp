// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/global_rows.h"

#include <algorithm>
#include <bit>

#include "mapper/gpu/rows/hash_rows.h"
#include "mapper/gpu/rows/record.h"
#include "mapper/gpu/rows/warp_listing.h"

namespace weft::mapper {

namespace {

using program::AccessKind;
using program::CtaTrace;

constexpr uint64_t kTagBytes = 4;

}  // namespace

GlobalRows::GlobalRows(SpgemmState& state, std::vector<int64_t> rows, const GlobalRowsShape& shape)
    : state_(state),
      rows_(std::move(rows)),
      shape_(shape),
      table_(shape.bits, state.b.matrix->cols),
      tables_at_(state.space.allocate(shape.table_bytes() * ctas())) {}

void GlobalRows::run(int64_t cta, CtaTrace& trace) {
  const int64_t row = rows_[static_cast<size_t>(cta)];
  const uint64_t table_at =
      tables_at_ + static_cast<uint64_t>(cta) * static_cast<uint64_t>(shape_.table_bytes());
  const auto entries = static_cast<uint32_t>(state_.row_entries[static_cast<size_t>(row)]);
  slots_ = entries == 0 ? shape_.slots : std::min(shape_.slots, slots_for(entries));
  begin_row(row, table_at, trace);
  insert(row, table_at, trace);
  drain(row, table_at, trace);
}

void GlobalRows::begin_row(int64_t row, uint64_t table_at, CtaTrace& trace) {
  table_.reset(1, slots_);
  trace.access(AccessKind::Read, state_.a.row_at(row), 2 * kIndexBytes);
  const auto warps = static_cast<unsigned>(shape_.threads) / kWarpLanes;
  TurnCost clear;
  clear.instructions = 2 * kListing.clear;
  clear.global_requests = 2;
  record_turns(trace, warps, slots_ / static_cast<double>(kWarpLanes), clear);
  record_store(trace, table_at, slots_ * (kIndexBytes + kValueBytes));
  trace.end_step();
}

void GlobalRows::insert(int64_t row, uint64_t table_at, CtaTrace& trace) {
  const int64_t begin = state_.a.matrix->row_start[static_cast<size_t>(row)];
  const int64_t end = state_.a.matrix->row_start[static_cast<size_t>(row) + 1];
  const int64_t warps = shape_.threads / static_cast<int64_t>(kWarpLanes);
  trace.access(AccessKind::Read, state_.a.column_at(begin),
               static_cast<uint64_t>((end - begin) * kIndexBytes));
  std::vector<LaneGroup> groups;
  for (int64_t warp = 0; warp < warps; ++warp) groups.push_back({begin + warp, end, 0});
  const uint64_t values_at = table_at + slots_ * kTagBytes;
  walk_products(state_.a, state_.b, groups, {kWarpLanes, warps, true}, trace,
                [&](unsigned warp, const LaneBatch& batch) {
                  const ProbeCost cost = table_.insert(batch, true, [&](uint32_t slot, bool found) {
                    trace.access(AccessKind::Atomic, table_at + slot * kTagBytes, kTagBytes);
                    if (!found) return;
                    trace.access(AccessKind::Atomic, values_at + slot * uint64_t{kValueBytes},
                                 kValueBytes);
                  });
                  program::WarpWork& work = trace.work();
                  program::WarpChain& chain = trace.chain(warp);
                  work.products += batch.lanes;
                  work.instructions += kListing.hash + cost.rounds * kListing.probe;
                  work.alu += kListing.hash + cost.rounds * (kListing.probe - 1);
                  work.global_requests += cost.rounds;
                  chain.instructions += 3 + 3 * cost.rounds;
                  chain.global_atomics += cost.rounds;
                  // The L2 adds by itself: nobody waits for the sum.
                  work.instructions += 2 * cost.adding_rounds + 1;
                  work.global_requests += cost.adding_rounds;
                  work.fma64 += 1;
                  chain.fma64 += 1;
                });
  trace.end_step();
}

void GlobalRows::drain(int64_t row, uint64_t table_at, CtaTrace& trace) {
  const auto warps = static_cast<unsigned>(shape_.threads) / kWarpLanes;
  store_sorted(state_, table_, 0, slots_, row);
  const int64_t entries = state_.row_entries[static_cast<size_t>(row)];
  const int64_t begin = state_.row_begin[static_cast<size_t>(row)];
  const uint64_t columns_at = state_.c_column_at + static_cast<uint64_t>(begin * kIndexBytes);
  const uint64_t values_at = state_.c_value_at + static_cast<uint64_t>(begin * kValueBytes);
  TurnCost collect;
  collect.instructions = kListing.drain_slot;
  collect.atomic_requests = 1;
  collect.global_requests = 4;
  collect.chained_instructions = 5;
  collect.chained_loads = 1;
  trace.access(AccessKind::Read, table_at, slots_ * uint64_t{kIndexBytes + kValueBytes});
  record_turns(trace, warps, slots_ / static_cast<double>(kWarpLanes), collect);
  record_store(trace, columns_at, entries * kIndexBytes);
  record_store(trace, values_at, entries * kValueBytes);
  trace.end_step();
  if (shape_.sort == RowSort::None) return;
  if (shape_.sort == RowSort::Rank) {
    rank(entries, table_at, trace);
  } else {
    radix(entries, table_at, trace);
  }
  record_store(trace, columns_at, entries * kIndexBytes, kIndexBytes);
  record_store(trace, values_at, entries * kValueBytes, kValueBytes);
}

/// Every warp reads the columns of the whole row once for each 32 entries of its own; the warps of
/// the CTA walk in step, so that one of them brings what all read.
void GlobalRows::rank(int64_t entries, uint64_t table_at, CtaTrace& trace) {
  const auto warps = static_cast<unsigned>(shape_.threads) / kWarpLanes;
  TurnCost compare;
  compare.instructions = kListing.rank_compare + 0.75;
  compare.global_requests = 1;  // addresses of unknown alignment: a column at a time
  for (int64_t first = 0; first < entries; first += shape_.threads) {
    const int64_t here = std::min<int64_t>(shape_.threads, entries - first);
    trace.access(AccessKind::Read, table_at, static_cast<uint64_t>(entries * kIndexBytes));
    record_turns(trace, warps, static_cast<double>(ceil_div(here, kWarpLanes) * entries), compare);
    trace.end_step();
  }
}

/// A pass over the row for each byte of a column: count, scan, then move every entry to its place.
void GlobalRows::radix(int64_t entries, uint64_t table_at, CtaTrace& trace) {
  constexpr int64_t kDigitBits = 8;
  const auto warps = static_cast<unsigned>(shape_.threads) / kWarpLanes;
  const int64_t columns = std::max<int64_t>(state_.b.matrix->cols - 1, 1);
  const auto bits = static_cast<int64_t>(std::bit_width(static_cast<uint64_t>(columns)));
  const auto bytes = static_cast<uint64_t>(entries * (kIndexBytes + kValueBytes));
  TurnCost pass;
  pass.instructions = kListing.radix_pass;
  pass.shared_requests = pass.shared_wavefronts = 4;
  pass.atomic_requests = 2;
  pass.global_requests = 6;
  pass.chained_instructions = 12;
  pass.chained_shared = 4;
  pass.chained_loads = 2;
  for (int64_t digit = 0; digit < ceil_div(bits, kDigitBits); ++digit) {
    trace.access(AccessKind::Read, table_at, bytes);
    record_turns(trace, warps, static_cast<double>(ceil_div(entries, kWarpLanes)), pass);
    record_store(trace, table_at, static_cast<int64_t>(bytes), kValueBytes);
    trace.end_step();
  }
}

}  // namespace weft::mapper
