// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::sim {

/// Threads of a warp, for rates of lanes.
inline constexpr double kWarpLanes = 32;

/// The nearest whole number of cycles.
inline uint64_t whole_cycles(double cycles) {
  // NOLINTNEXTLINE(bugprone-incorrect-roundings): never negative, and no call on the hot path
  return static_cast<uint64_t>(cycles + 0.5);
}

}  // namespace weft::sim
