// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/core/cache.h"
#include "sim/core/dma_engine.h"
#include "sim/core/scratchpad.h"
#include "sim/machine/fabric_description.h"

namespace weft::sim {

/// How far a thread may run ahead of the others on the host, in cycles: a trade of host time
/// against the order in which threads see each other's bookings. Its effect on results is measured
/// in docs/deviations.md.
inline constexpr uint64_t kQuantumCycles = 1024;

/// What a core is built from.
struct CoreParameters {
  unsigned pipelines = 4;  // multi-threaded, one instruction per cycle each
  unsigned threads_per_pipeline = 16;
  unsigned single_threads = 2;   // pipelines of one thread that stall on use
  unsigned pipeline_cycles = 1;  // between two instructions of one thread
  ScratchpadParameters scratchpad;
  CacheParameters cache;
  unsigned dma_engines = 1;
  DmaParameters dma;  // of each engine
  unsigned dequeue_cycles = 16;
  unsigned barrier_cycles = 32;
};

/// A core of `fabric`.
CoreParameters core_parameters(const machine::FabricDescription& fabric);

}  // namespace weft::sim
