// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::sim {

/// How far behind the latest booking the calendars of a DRAM channel remember, in ticks: 20 µs at
/// HBM3's 0.312 ns. Accesses come out of order by a few microseconds at most.
inline constexpr int64_t kRememberedTicks = 1 << 16;

/// A tick long before the simulation.
inline constexpr int64_t kLongAgo = -(int64_t{1} << 40);

}  // namespace weft::sim
