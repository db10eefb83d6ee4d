// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>

#include "kernels/program/row_program.h"
#include "mapper/gpu/rows/device_csr.h"
#include "mapper/gpu/rows/warp_listing.h"

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

struct WalkShape {
  unsigned lanes_per_group = 32;  // a power of two, at most 32
  int64_t stride = 1;             // from an entry of a group to its next
  bool values = true;             // false: only columns are read
};

/// Walks the products of rows of A as the warps of a CTA do. Group g belongs to warp
/// g * lanes_per_group / 32. Each group takes an entry of A, then its lanes run over the row of B
/// that it selects; the groups of a warp wait for each other after every entry, as their lanes
/// leave the inner loop together. `take(warp, batch)` receives what the lanes hold at every turn of
/// the inner loop. Records loads, loops and addresses.
template <class Take>
void walk_products(const DeviceCsr& a, const DeviceCsr& b, std::span<LaneGroup> groups,
                   const WalkShape& shape, program::CtaTrace& trace, Take&& take) {
  const unsigned per_warp = kWarpLanes / shape.lanes_per_group;
  LaneBatch batch;
  int64_t at[kWarpLanes];
  int64_t stop[kWarpLanes];
  double factor[kWarpLanes];
  for (bool more = true; more;) {
    more = false;
    for (size_t first = 0; first < groups.size(); first += per_warp) {
      const auto warp = static_cast<unsigned>(first / per_warp);
      const size_t count = std::min<size_t>(per_warp, groups.size() - first);
      bool active = false;
      for (size_t g = 0; g < count; ++g) {
        LaneGroup& group = groups[first + g];
        at[g] = stop[g] = 0;
        if (group.next >= group.end) continue;
        active = true;
        const int64_t k = a.matrix->column[static_cast<size_t>(group.next)];
        at[g] = b.matrix->row_start[static_cast<size_t>(k)];
        stop[g] = b.matrix->row_start[static_cast<size_t>(k) + 1];
        factor[g] = a.matrix->value[static_cast<size_t>(group.next)];
        trace.access(program::AccessKind::Read, b.row_at(k), 2 * kIndexBytes);
        trace.access(program::AccessKind::Read, b.column_at(at[g]),
                     static_cast<uint64_t>((stop[g] - at[g]) * kIndexBytes));
        if (shape.values) {
          trace.access(program::AccessKind::Read, b.value_at(at[g]),
                       static_cast<uint64_t>((stop[g] - at[g]) * b.value_bytes));
        }
        group.next += shape.stride;
        more |= group.next < group.end;
      }
      if (!active) continue;
      program::WarpWork& work = trace.work();
      program::WarpChain& chain = trace.chain(warp);
      work.instructions += kListing.entry_of_a;
      work.alu += kListing.entry_of_a - 4;
      work.global_requests += shape.values ? 4 : 3;
      chain.instructions += 4;
      chain.loads += 2;
      for (;;) {
        batch.lanes = 0;
        for (size_t g = 0; g < count; ++g) {
          const int64_t here = std::min<int64_t>(stop[g] - at[g], shape.lanes_per_group);
          for (int64_t i = 0; i < here; ++i) {
            const auto entry = static_cast<size_t>(at[g] + i);
            batch.column[batch.lanes] = b.matrix->column[entry];
            batch.value[batch.lanes] = factor[g] * b.matrix->value[entry];
            batch.table[batch.lanes++] = groups[first + g].table;
          }
          at[g] += here;
        }
        if (batch.lanes == 0) break;
        work.instructions += kListing.element_of_b;
        work.alu += kListing.element_of_b - (shape.values ? 2 : 1);
        work.global_requests += shape.values ? 2 : 1;
        chain.instructions += 3;
        ++chain.loads;
        take(warp, batch);
      }
    }
    trace.cut_step();
  }
}

}  // namespace weft::mapper
