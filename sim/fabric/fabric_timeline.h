// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/core/core_model.h"
#include "sim/fabric/network_module.h"
#include "sim/memory/memory_model.h"
#include "sim/timeline/timeline.h"

namespace weft::sim {

/// What a thread spent its cycles on up to `cycle`, with what it waits for at that moment.
CauseCycles causes_at(const Thread& thread, uint64_t cycle);

/// Tracks of a core: its threads together and by pipeline, its instructions, its DMA engine. The
/// core has taken up its program.
void add_core_tracks(Timeline& timeline, unsigned index, const CoreModel& core, double clock_ghz);
/// The track of a memory controller.
void add_memory_track(Timeline& timeline, unsigned index, std::function<MemoryCounters()> counters);
/// The tracks of a controller's channels, where there is more than one.
void add_channel_tracks(Timeline& timeline, unsigned controller,
                        const std::function<std::vector<uint64_t>()>& bytes);
void add_network_track(Timeline& timeline, const NetworkModule& network);

}  // namespace weft::sim
