// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/dense_rows.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "mapper/gpu/rows/record.h"
#include "mapper/gpu/rows/warp_listing.h"

namespace weft::mapper {

namespace {

using program::AccessKind;
using program::CtaTrace;

constexpr int64_t kReservedBytes = 512;     // cursors of the groups, scan scratch
constexpr int64_t kBitsPerColumn = 64 + 2;  // value, bit, prefix sum

}  // namespace

int64_t DenseRowsShape::window_columns() const {
  const int64_t bits = (shared_bytes - kReservedBytes) * 8;
  return (numeric ? bits / kBitsPerColumn : bits) / kWarpLanes * kWarpLanes;
}

/// The columns that a row can reach: its rows of B are sorted.
DenseRows::Range DenseRows::columns_of(int64_t row) const {
  const tensor::CsrMatrix& a = *state_.a.matrix;
  const tensor::CsrMatrix& b = *state_.b.matrix;
  Range range{std::numeric_limits<int64_t>::max(), 0};
  for (int64_t p = a.row_start[static_cast<size_t>(row)];
       p < a.row_start[static_cast<size_t>(row) + 1]; ++p) {
    const auto k = static_cast<size_t>(a.column[static_cast<size_t>(p)]);
    if (b.row_start[k] == b.row_start[k + 1]) continue;
    range.low = std::min<int64_t>(range.low, b.column[static_cast<size_t>(b.row_start[k])]);
    range.high =
        std::max<int64_t>(range.high, b.column[static_cast<size_t>(b.row_start[k + 1] - 1)] + 1);
  }
  return range;
}

void DenseRows::run(int64_t cta, CtaTrace& trace) {
  const int64_t row = rows_[static_cast<size_t>(cta)];
  const tensor::CsrMatrix& a = *state_.a.matrix;
  const int64_t begin = a.row_start[static_cast<size_t>(row)];
  const int64_t entries = a.row_nnz(row);
  trace.access(AccessKind::Read, state_.a.row_at(row), 2 * kIndexBytes);
  TurnCost start;
  start.instructions = kListing.cta_begin;
  start.global_requests = 3;
  start.chained_instructions = 8;
  start.chained_loads = 3;
  const auto warps = static_cast<unsigned>(shape_.threads) / kWarpLanes;
  record_turns(trace, warps, warps, start);
  trace.end_step();
  cursor_.assign(static_cast<size_t>(entries), 0);
  const Range all = columns_of(row);
  const int64_t width = shape_.window_columns();
  const bool several = all.high - all.low > width;
  sum_.resize(static_cast<size_t>(std::min(width, std::max<int64_t>(all.high - all.low, 0))));
  used_.resize(sum_.size());
  trace.access(AccessKind::Read, state_.a.column_at(begin),
               static_cast<uint64_t>(entries * kIndexBytes));
  int64_t stored = 0;
  for (int64_t low = all.low; low < all.high; low += width) {
    const Range window{low, std::min(low + width, all.high)};
    add_window(row, window, several, trace);
    store_window(row, window, stored, trace);
  }
  state_.row_entries[static_cast<size_t>(row)] = stored;
}

void DenseRows::add_window(int64_t row, Range window, bool several, CtaTrace& trace) {
  std::fill(sum_.begin(), sum_.end(), 0.0);
  std::fill(used_.begin(), used_.end(), uint8_t{0});
  const auto warps = static_cast<unsigned>(shape_.threads) / kWarpLanes;
  TurnCost clear;
  clear.instructions = kListing.clear;
  clear.shared_requests = 1;
  clear.shared_wavefronts = 2;
  const double turns = static_cast<double>(window.high - window.low) / kWarpLanes;
  record_turns(trace, warps, shape_.numeric ? turns : turns / kWarpLanes, clear);
  trace.end_step();

  const int64_t entries = state_.a.matrix->row_nnz(row);
  const int64_t mean =
      ceil_div(state_.row_products[static_cast<size_t>(row)], std::max<int64_t>(entries, 1));
  const auto lanes =
      std::bit_ceil(static_cast<unsigned>(std::clamp<int64_t>(mean, kWarpLanes, shape_.threads)));
  const int64_t groups = shape_.threads / lanes;
  for (int64_t first = 0; first < entries; first += groups) {
    for (int64_t entry = first; entry < std::min(first + groups, entries); ++entry) {
      const auto warp = static_cast<unsigned>(entry - first) * (lanes / kWarpLanes);
      add_piece(state_.a.matrix->row_start[static_cast<size_t>(row)] + entry,
                cursor_[static_cast<size_t>(entry)], window, lanes, warp, trace);
    }
    if (several) {
      trace.end_step();
    } else {
      trace.cut_step();
    }
  }
  trace.end_step();
}

/// Adds what the row of B behind an entry of A has in the window, from `cursor` on, and moves that.
void DenseRows::add_piece(int64_t entry, int64_t& cursor, Range window, unsigned lanes,
                          unsigned warp, CtaTrace& trace) {
  const tensor::CsrMatrix& b = *state_.b.matrix;
  const int64_t k = state_.a.matrix->column[static_cast<size_t>(entry)];
  const double factor = state_.a.matrix->value[static_cast<size_t>(entry)];
  const int64_t begin = b.row_start[static_cast<size_t>(k)] + cursor;
  const auto row_end = b.column.begin() + b.row_start[static_cast<size_t>(k) + 1];
  const int64_t stop =
      std::lower_bound(b.column.begin() + begin, row_end, window.high) - b.column.begin();
  trace.access(AccessKind::Read, state_.b.row_at(k), 2 * kIndexBytes);
  trace.access(AccessKind::Read, state_.b.column_at(begin),
               static_cast<uint64_t>((stop - begin) * kIndexBytes));
  if (shape_.numeric) {
    trace.access(AccessKind::Read, state_.b.value_at(begin),
                 static_cast<uint64_t>((stop - begin) * kValueBytes));
  }
  TurnCost take;
  take.instructions = kListing.entry_of_a;
  take.shared_requests = take.shared_wavefronts = 2;  // the cursor
  take.global_requests = 3;
  record_turns(trace, 1, 1, take);
  program::WarpChain& chain = trace.chain(warp);
  chain.instructions += 4;
  chain.loads += 2;
  chain.shared += 2;
  for (int64_t at = begin; at < stop; at += kWarpLanes) {
    add_lanes(at, std::min<int64_t>(at + kWarpLanes, stop), factor, window, trace);
    // Warps that share a row of B take turns at its elements: the first has the longest chain.
    if ((at - begin) % lanes != 0) continue;
    chain.instructions += 6;
    ++chain.loads;
    chain.atomics += shape_.numeric ? 2 : 1;
    chain.shared += shape_.numeric ? 1 : 0;
    chain.fma64 += shape_.numeric ? 2 : 0;
  }
  cursor += stop - begin;
}

/// Adds the elements [at, stop) of B, one to a lane of a warp.
void DenseRows::add_lanes(int64_t at, int64_t stop, double factor, Range window, CtaTrace& trace) {
  const tensor::CsrMatrix& b = *state_.b.matrix;
  adds_.clear();
  bits_.clear();
  for (int64_t entry = at; entry < stop; ++entry) {
    const auto place = static_cast<size_t>(b.column[static_cast<size_t>(entry)] - window.low);
    used_[place] = 1;
    bits_.touch(0, static_cast<unsigned>(place >> 5));
    if (!shape_.numeric) continue;
    sum_[place] += factor * b.value[static_cast<size_t>(entry)];
    adds_.touch(0, static_cast<unsigned>(place) & 15);
  }
  program::WarpWork& work = trace.work();
  work.products += static_cast<double>(stop - at);
  work.instructions += kListing.element_of_b + 6;
  work.alu += kListing.element_of_b + 3;
  work.global_requests += shape_.numeric ? 2 : 1;
  work.atomic_requests += 1;
  work.atomic_wavefronts += bits_.passes();
  if (!shape_.numeric) return;
  work.instructions += 2 + kListing.add64;
  work.alu += kListing.add64 - 2;
  work.fma64 += 2;
  work.shared_requests += 1;
  work.shared_wavefronts += adds_.passes();
  work.atomic_requests += 1;
  work.atomic_wavefronts += adds_.passes();
}

/// Scans the bitmap and stores, or counts, the columns that are set.
void DenseRows::store_window(int64_t row, Range window, int64_t& stored, CtaTrace& trace) {
  const auto warps = static_cast<unsigned>(shape_.threads) / kWarpLanes;
  const double turns = static_cast<double>(window.high - window.low) / kWarpLanes;
  TurnCost scan;
  scan.instructions = 60;
  scan.shared_requests = 8;
  scan.shared_wavefronts = 8;
  scan.chained_instructions = 30;
  scan.chained_shared = 8;
  record_turns(trace, warps, std::max<double>(warps, turns / kWarpLanes), scan);
  trace.end_step();
  const int64_t before = stored;
  const int64_t begin = shape_.numeric ? state_.row_begin[static_cast<size_t>(row)] : 0;
  for (int64_t column = window.low; column < window.high; ++column) {
    const auto place = static_cast<size_t>(column - window.low);
    if (used_[place] == 0) continue;
    if (shape_.numeric) {
      const auto at = static_cast<size_t>(begin + stored);
      state_.c_column[at] = static_cast<int32_t>(column);
      state_.c_value[at] = sum_[place];
    }
    ++stored;
  }
  if (!shape_.numeric) return;
  TurnCost store;
  store.instructions = kListing.dense_slot;
  store.shared_requests = 3;
  store.shared_wavefronts = 4;
  store.global_requests = 2;
  store.chained_instructions = 5;
  store.chained_shared = 2;
  record_turns(trace, warps, turns, store);
  const auto at = static_cast<uint64_t>(begin + before);
  record_store(trace, state_.c_column_at + at * kIndexBytes, (stored - before) * kIndexBytes);
  record_store(trace, state_.c_value_at + at * kValueBytes, (stored - before) * kValueBytes);
  trace.end_step();
}

}  // namespace weft::mapper
