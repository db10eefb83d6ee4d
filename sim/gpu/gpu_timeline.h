// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/gpu/sm_cause.h"
#include "sim/timeline/timeline.h"

namespace weft::sim {

/// The track of an SM: its cycles by cause.
void add_sm_track(Timeline& timeline, unsigned index,
                  std::function<SmCauseCycles(uint64_t cycle)> causes);
/// CTAs that are on all SMs at a moment.
void add_residency_track(Timeline& timeline, std::function<double()> ctas);

/// Bytes that moved since the part began.
struct MovedBytes {
  double l2 = 0;
  double dram_read = 0;
  double dram_written = 0;
};
void add_moved_tracks(Timeline& timeline, std::function<MovedBytes()> moved);

}  // namespace weft::sim
