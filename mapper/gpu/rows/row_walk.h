// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/program/row_program.h"
#include "mapper/gpu/rows/device_csr.h"

namespace weft::mapper {

inline constexpr unsigned kWarpLanes = 32;

/// The products that the lanes of a warp hold at one moment.
struct LaneBatch {
  unsigned lanes = 0;
  int32_t column[kWarpLanes];
  double value[kWarpLanes];
  uint32_t table[kWarpLanes];  // first slot of the table that the lane adds into
};

/// Lanes that work on one row of B at a time, and the entries of A that are theirs: every
/// `stride`-th of [next, end).
struct LaneGroup {
  int64_t next = 0;
  int64_t end = 0;
  uint32_t table = 0;
};

/// How lanes share the entries of B's rows.
struct WalkShape {
  unsigned lanes_per_group = 32;  // a power of two, at most 32
  int64_t stride = 1;             // from an entry of a group to its next
  bool values = true;             // false: only columns are read
};

/// The walk of walk_products(), one warp at a time.
class ProductWalk {
 public:
  ProductWalk(const DeviceCsr& a, const DeviceCsr& b, std::span<LaneGroup> groups,
              const WalkShape& shape, program::CtaTrace& trace)
      : a_(a), b_(b), groups_(groups), shape_(shape), trace_(trace) {}

  size_t groups_per_warp() const { return kWarpLanes / shape_.lanes_per_group; }
  /// Takes the next entry of A for each group of the warp whose groups begin at `first`; false
  /// where none has one.
  bool take_entries(size_t first);
  /// Fills the lanes with what comes next of the rows of B in hand; false at their end.
  bool fill(LaneBatch& batch);
  /// Whether some group has an entry left.
  bool more() const;

 private:
  struct RowOfB {
    int64_t at = 0;
    int64_t stop = 0;
    double factor = 0;
    uint32_t table = 0;
  };

  RowOfB take_entry(LaneGroup& group);

  const DeviceCsr& a_;
  const DeviceCsr& b_;
  std::span<LaneGroup> groups_;
  WalkShape shape_;
  program::CtaTrace& trace_;
  RowOfB rows_[kWarpLanes];
  size_t in_hand_ = 0;
  unsigned warp_ = 0;
};

/// Walks the products of rows of A as the warps of a CTA do. Group g belongs to warp
/// g * lanes_per_group / 32. Each group takes an entry of A, then its lanes run over the row of B
/// that it selects; the groups of a warp wait for each other after every entry, as their lanes
/// leave the inner loop together. `take(warp, batch)` receives what the lanes hold at every turn of
/// the inner loop. Records loads, loops and addresses.
template <class Take>
void walk_products(const DeviceCsr& a, const DeviceCsr& b, std::span<LaneGroup> groups,
                   const WalkShape& shape, program::CtaTrace& trace, Take&& take) {
  ProductWalk walk(a, b, groups, shape, trace);
  LaneBatch batch;
  while (walk.more()) {
    for (size_t first = 0; first < groups.size(); first += walk.groups_per_warp()) {
      if (!walk.take_entries(first)) continue;
      const auto warp = static_cast<unsigned>(first / walk.groups_per_warp());
      while (walk.fill(batch)) take(warp, batch);
    }
    trace.cut_step();
  }
}

}  // namespace weft::mapper
