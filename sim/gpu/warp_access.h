// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "sim/machine/gpu_sm_description.h"

namespace weft::sim {

/// Cycles for which a warp's load that hits in L1 occupies the pipe to L1 and shared memory.
///
/// A load goes through two stages, one beside the other. The tags: kTagsPerCycle lines in a cycle,
/// so that only the lines after the first wait. The banks: as many cycles as there are different
/// words in the worst of them; lanes that read the same word share it. The pipe takes no more
/// requests in a cycle than it is described to. `addresses` are bytes, one for each lane, of
/// elements of `element_bytes`.
double warp_access_cycles(const machine::SmDescription& sm, std::span<const int64_t> addresses,
                          int64_t element_bytes);

}  // namespace weft::sim
