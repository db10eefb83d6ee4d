// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::program {

/// Where the elements of a tensor are while a statement uses them.
enum class Residence : uint8_t {
  Memory,      // the global address space, reached past the caches
  Cached,      // the same through the pipeline's data cache
  Scratchpad,  // a slice held there
  Register,    // a few elements that a thread keeps
  Lanes,       // the same, of other lanes of the warp: reading them is a shuffle
};

/// Who takes the iterations of a loop.
enum class Share : uint8_t {
  None,         // every thread all of them
  Machine,      // the threads of all cores in turn
  Core,         // the cores in turn
  CoreThreads,  // the threads of a core in turn
  Warps,        // the warps of all cores in turn
  CoreWarps,    // the warps of a core in turn
  Lanes,        // the lanes of a warp in turn
};

/// Lanes of a warp, among which values are shuffled.
inline constexpr int64_t kWarpLanes = 32;

}  // namespace weft::program
