// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/machine/occupancy.h"
#include "sim/machine/occupancy_advice.h"
#include "tests/support/draw.h"

namespace weft::machine {
namespace {

using tests::draw_through;

const SmLimits& any_sm() {
  const auto all = all_sm_limits();
  return all[draw_through<size_t>(0, all.size() - 1)];
}

LaunchShape any_shape() {
  LaunchShape shape;
  shape.threads_per_block =
      draw_through(0, 1) == 0 ? draw_through(1, 1100) : 32 * draw_through(1, 8);
  shape.registers_per_thread = draw_through(0, 1) == 0 ? draw_through(0, 260) : draw_through(0, 64);
  shape.static_shared_bytes = draw_through(0, 2) == 0 ? draw_through<int64_t>(0, 48 << 10) : 0;
  shape.dynamic_shared_bytes =
      draw_through<int64_t>(0, draw_through(0, 1) == 0 ? 8 << 10 : 240 << 10);
  shape.opts_in = draw_through(0, 4) > 0;
  if (draw_through(0, 2) == 0) shape.carve_out_percent = draw_through(0, 100);
  return shape;
}

int blocks(const SmLimits& sm, const LaunchShape& shape) {
  return occupancy(sm, shape).blocks_per_sm;
}

/// An SM that hands out what it has, piece by piece: the obvious version.
class SlowSm {
 public:
  SlowSm(const SmLimits& sm_limits, const LaunchShape& launch) : sm(sm_limits), shape(launch) {}

  const SmLimits& sm;
  const LaunchShape shape;

  int count() {
    if (refused()) return 0;
    free_registers_.assign(static_cast<size_t>(sm.sub_partitions),
                           sm.registers_per_sm / sm.sub_partitions);
    free_shared_bytes_ = carve_out_bytes();
    int placed = 0;
    while (placed < sm.max_blocks && place_block()) ++placed;
    return placed;
  }

 private:
  static int pieces(int64_t amount, int64_t piece) {
    int count = 0;
    for (; amount > 0; amount -= piece) ++count;
    return count;
  }
  int warp_registers() const { return pieces(int64_t{32} * shape.registers_per_thread, 256) * 256; }
  int64_t block_bytes() const {
    return pieces(shape.shared_bytes() + sm.shared_bytes_reserved, sm.shared_granularity_bytes) *
           sm.shared_granularity_bytes;
  }

  /// What is checked at launch, with the warps dealt to four quarters of the registers.
  bool refused() const {
    const int64_t most = shape.opts_in ? sm.shared_bytes_opt_in : 48 << 10;
    return shape.threads_per_block > 1024 ||
           shape.registers_per_thread > sm.max_registers_per_thread ||
           pieces(shape.warps_per_block(), 4) * warp_registers() > 65536 / 4 ||
           block_bytes() > most + sm.shared_bytes_reserved;
  }

  int64_t carve_out_bytes() const {
    const double preferred =
        static_cast<double>(sm.shared_bytes) * shape.carve_out_percent.value_or(100) / 100;
    for (const int kib : sm.carve_outs_kib) {
      const int64_t bytes = int64_t{kib} << 10;
      if (bytes >= block_bytes() && static_cast<double>(bytes) >= std::floor(preferred))
        return bytes;
    }
    return sm.shared_bytes;
  }

  bool place_block() {
    for (int warp = 0; warp < shape.warps_per_block(); ++warp) {
      const auto roomiest = std::max_element(free_registers_.begin(), free_registers_.end());
      if (used_warps_ == sm.max_warps || *roomiest < warp_registers()) return false;
      *roomiest -= warp_registers();
      ++used_warps_;
    }
    free_shared_bytes_ -= block_bytes();
    return free_shared_bytes_ >= 0;
  }

  std::vector<int> free_registers_;  // [partition]
  int64_t free_shared_bytes_ = 0;
  int used_warps_ = 0;
};

RC_GTEST_PROP(Occupancy, IsWhatAllocatingPieceByPieceGives, ()) {
  SlowSm slow(any_sm(), any_shape());
  RC_ASSERT(blocks(slow.sm, slow.shape) == slow.count());
}

RC_GTEST_PROP(Occupancy, AskingForMoreNeverGivesMoreBlocks, ()) {
  const SmLimits& sm = any_sm();
  const LaunchShape shape = any_shape();
  LaunchShape more = shape;
  switch (draw_through(0, 3)) {
    case 0:
      more.threads_per_block += draw_through(1, 64);
      break;
    case 1:
      more.registers_per_thread += draw_through(1, 16);
      break;
    case 2:
      more.dynamic_shared_bytes += draw_through(1, 4096);
      break;
    default:
      more.opts_in = false;
  }
  RC_ASSERT(blocks(sm, more) <= blocks(sm, shape));
}

RC_GTEST_PROP(Occupancy, WhatIsResidentFits, ()) {
  const SmLimits& sm = any_sm();
  const Occupancy result = occupancy(sm, any_shape());
  RC_ASSERT(result.warps_per_sm <= sm.max_warps);
  RC_ASSERT(result.blocks_per_sm * result.allocated_registers <= sm.registers_per_sm);
  RC_ASSERT(result.blocks_per_sm * result.allocated_shared_bytes <= sm.shared_bytes);
  RC_ASSERT(result.blocks_per_sm <= sm.max_blocks);
  RC_ASSERT(!result.limiters().empty());
}

RC_GTEST_PROP(Occupancy, ABlockFitsOrThereIsAReason, ()) {
  const SmLimits& sm = any_sm();
  const LaunchShape shape = any_shape();
  RC_ASSERT((blocks(sm, shape) == 0) == !why_no_block_fits(sm, shape).empty());
}

RC_GTEST_PROP(OccupancyAdvice, RaisesWhatItSaysAndNoNearerChangeDoes, ()) {
  const SmLimits& sm = any_sm();
  const LaunchShape shape = any_shape();
  const int now = blocks(sm, shape);
  for (const OccupancyRaise& raise : occupancy_advice(sm, shape)) {
    if (raise.changes.size() != 1 || !raise.changes.front().at_most) continue;
    const auto [parameter, at_most, value] = raise.changes.front();
    LaunchShape at = shape;
    LaunchShape nearer = shape;
    if (parameter == LaunchParameter::ThreadsPerBlock) {
      at.threads_per_block = static_cast<int>(value);
      nearer.threads_per_block = static_cast<int>(value) + 1;
    } else if (parameter == LaunchParameter::RegistersPerThread) {
      at.registers_per_thread = static_cast<int>(value);
      nearer.registers_per_thread = static_cast<int>(value) + 1;
    } else {
      at.static_shared_bytes = nearer.static_shared_bytes = 0;
      at.dynamic_shared_bytes = value;
      nearer.dynamic_shared_bytes = value + 1;
    }
    RC_ASSERT(raise.blocks_per_sm > now);
    RC_ASSERT(blocks(sm, at) == raise.blocks_per_sm);
    RC_ASSERT(blocks(sm, nearer) == now);
  }
}

}  // namespace
}  // namespace weft::machine
