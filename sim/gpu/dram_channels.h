// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/random.h"

namespace weft::sim {

/// The DRAM channel on which a line of a GPU lies: neighbouring lines share one until the next has
/// its turn, in an order without a pattern, as hashed addresses have it.
inline size_t channel_of_line(uint64_t line, size_t channels) {
  constexpr uint64_t kLines = 8;  // assumed: 1 KiB
  return base::SplitMix64(line / kLines).next() % channels;
}

}  // namespace weft::sim
