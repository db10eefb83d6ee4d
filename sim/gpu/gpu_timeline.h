// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/gpu/sm_time.h"
#include "sim/machine/gpu_description.h"
#include "sim/timeline/timeline.h"

namespace weft::sim {

/// The track of an SM: its cycles by cause.
void add_sm_track(Timeline& timeline, unsigned index,
                  std::function<SmCauseCycles(uint64_t cycle)> causes);
/// Tracks of places for CTAs, shown where they ever had one: those of as many SMs, evenly over the
/// card, as keep the file small.
void add_slot_tracks(
    Timeline& timeline, const machine::GpuDescription& gpu,
    const std::function<SlotCycles(unsigned sm, unsigned place, uint64_t cycle)>& states);
/// CTAs that are on all SMs at a moment.
void add_residency_track(Timeline& timeline, std::function<double()> ctas);

/// Bytes that moved since the part began.
struct MovedBytes {
  double l2 = 0;
  double dram_read = 0;
  double dram_written = 0;
};
void add_moved_tracks(Timeline& timeline, const std::function<MovedBytes()>& moved);
/// The track of a DRAM channel.
void add_channel_track(Timeline& timeline, unsigned channel, std::function<double()> bytes);

}  // namespace weft::sim
