// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/machine/occupancy.h"

namespace weft::machine {

/// What the writer of a kernel can change about a launch.
enum class LaunchParameter : int {
  ThreadsPerBlock,
  RegistersPerThread,
  SharedBytesPerBlock,
  CarveOutPercent
};

/// "threads_per_block", "registers_per_thread", "shared_bytes_per_block", "carve_out_percent".
std::string_view name_of(LaunchParameter parameter);

/// A bound that a parameter must keep.
struct LaunchChange {
  LaunchParameter parameter;
  bool at_most = true;  // else at least
  int64_t value = 0;
};

/// A way to put more on an SM: all the changes together, and what they give.
struct OccupancyRaise {
  std::vector<LaunchChange> changes;
  int blocks_per_sm = 0;
  int warps_per_sm = 0;
};

/// The nearest changes that give more blocks on an SM: one for each resource that binds and that
/// suffices alone; where several bind so that none suffices, all of them at once. Where block slots
/// bind, the nearest larger block that gives more warps. Found by asking occupancy().
std::vector<OccupancyRaise> occupancy_advice(const SmLimits& sm, const LaunchShape& shape);

}  // namespace weft::machine
