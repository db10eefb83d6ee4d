// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/row_walk.h"

#include <algorithm>

#include "mapper/gpu/rows/warp_listing.h"

namespace weft::mapper {

using program::AccessKind;

bool ProductWalk::more() const {
  return std::any_of(groups_.begin(), groups_.end(),
                     [](const LaneGroup& group) { return group.next < group.end; });
}

ProductWalk::RowOfB ProductWalk::take_entry(LaneGroup& group) {
  if (group.next >= group.end) return {};
  const auto entry = static_cast<size_t>(group.next);
  const int64_t k = a_.matrix->column[entry];
  const RowOfB row{b_.matrix->row_start[static_cast<size_t>(k)],
                   b_.matrix->row_start[static_cast<size_t>(k) + 1], a_.matrix->value[entry],
                   group.table};
  trace_.access(AccessKind::Read, b_.row_at(k), 2 * kIndexBytes);
  trace_.access(AccessKind::Read, b_.column_at(row.at),
                static_cast<uint64_t>((row.stop - row.at) * kIndexBytes));
  if (shape_.values) {
    trace_.access(AccessKind::Read, b_.value_at(row.at),
                  static_cast<uint64_t>((row.stop - row.at) * b_.value_bytes));
  }
  group.next += shape_.stride;
  return row;
}

bool ProductWalk::take_entries(size_t first) {
  in_hand_ = std::min(groups_per_warp(), groups_.size() - first);
  warp_ = static_cast<unsigned>(first / groups_per_warp());
  const std::span<LaneGroup> mine = groups_.subspan(first, in_hand_);
  const bool active = std::any_of(mine.begin(), mine.end(),
                                  [](const LaneGroup& group) { return group.next < group.end; });
  if (!active) return false;
  for (size_t g = 0; g < in_hand_; ++g) rows_[g] = take_entry(mine[g]);
  program::WarpWork& work = trace_.work();
  work.instructions += kListing.entry_of_a;
  work.alu += kListing.entry_of_a - 4;
  work.global_requests += shape_.values ? 4 : 3;
  program::WarpChain& chain = trace_.chain(warp_);
  chain.instructions += 4;
  chain.loads += 2;
  return true;
}

bool ProductWalk::fill(LaneBatch& batch) {
  batch.lanes = 0;
  for (size_t g = 0; g < in_hand_; ++g) {
    RowOfB& row = rows_[g];
    const int64_t stop = std::min<int64_t>(row.stop, row.at + shape_.lanes_per_group);
    for (; row.at < stop; ++row.at) {
      const auto entry = static_cast<size_t>(row.at);
      batch.column[batch.lanes] = b_.matrix->column[entry];
      batch.value[batch.lanes] = row.factor * b_.matrix->value[entry];
      batch.table[batch.lanes++] = row.table;
    }
  }
  if (batch.lanes == 0) return false;
  program::WarpWork& work = trace_.work();
  work.instructions += kListing.element_of_b;
  work.alu += kListing.element_of_b - (shape_.values ? 2 : 1);
  work.global_requests += shape_.values ? 2 : 1;
  program::WarpChain& chain = trace_.chain(warp_);
  chain.instructions += 3;
  ++chain.loads;
  return true;
}

}  // namespace weft::mapper
