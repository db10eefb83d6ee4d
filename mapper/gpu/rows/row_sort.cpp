// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/row_sort.h"

#include <algorithm>
#include <bit>

#include "mapper/gpu/rows/record.h"
#include "mapper/gpu/rows/warp_listing.h"
#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

constexpr int64_t kDigitBits = 4;

}  // namespace

void record_rank_sort(program::CtaTrace& trace, int64_t entries, int64_t lanes) {
  if (entries <= 0) return;
  const auto active = static_cast<unsigned>(ceil_div(std::min(entries, lanes), kLanes));
  TurnCost compare;
  compare.instructions = kListing.rank_compare;
  compare.shared_requests = compare.shared_wavefronts = kListing.rank_load;
  record_turns(trace, active, static_cast<double>(ceil_div(entries, kLanes) * entries), compare);
  TurnCost store;
  store.instructions = kListing.rank_store;
  store.shared_requests = 2;
  store.shared_wavefronts = 3;
  store.global_requests = 2;
  store.chained_shared = 1;
  record_turns(trace, active, static_cast<double>(ceil_div(entries, kLanes)), store);
}

void record_radix_sort(program::CtaTrace& trace, int64_t slots, int64_t lanes, int64_t columns) {
  const auto warps = static_cast<unsigned>(std::max<int64_t>(1, lanes / kLanes));
  const auto bits = static_cast<int64_t>(
      std::bit_width(static_cast<uint64_t>(std::max<int64_t>(columns - 1, 1))));
  const double turns = static_cast<double>(slots) / kLanes;
  TurnCost pass;
  pass.instructions = kListing.radix_pass;
  pass.shared_requests = 8;     // counters read and written, column and value exchanged
  pass.shared_wavefronts = 18;  // places are scattered
  pass.chained_instructions = 12;
  pass.chained_shared = 4;
  for (int64_t digit = 0; digit < ceil_div(bits, kDigitBits); ++digit) {
    record_turns(trace, warps, turns, pass);
    trace.end_step();  // all counters stand before entries move
  }
}

}  // namespace weft::mapper
