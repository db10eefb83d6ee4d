// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/program/grid_program.h"
#include "sim/gpu/cached_tensors.h"
#include "sim/gpu/gpu_parameters.h"
#include "sim/gpu/loop_timing.h"
#include "sim/gpu/tile_memory.h"

namespace weft::sim {

/// How a segment runs on an SM: what its loop costs, and the pieces in which it is simulated.
struct SegmentPlan {
  double alone_cycles = 0;   // of one iteration where the CTA has the SM to itself
  double shared_cycles = 0;  // of the SM's time that one iteration takes when the SM is full
  LoopTiming full;           // of all resident CTAs together
  int64_t chunks = 1;
  int64_t chunk_iterations = 1;        // the last chunk may be shorter
  int64_t chunks_ahead = 1;            // asked for before their turn: as many as buffers hold
  std::vector<uint64_t> first_blocks;  // [load] number of the first of its blocks
  std::vector<uint64_t> blocks;        // [load]
  std::vector<TileCost> costs;         // [load]
};

/// A launch as the SMs run it.
struct LaunchPlan {
  const program::Launch* launch = nullptr;
  unsigned resident_ctas = 1;  // of one SM
  int64_t simulated_ctas = 0;  // the first of the grid; the rest are waves like these
  int64_t blocks = 0;          // of all loads
  uint64_t slot_cycles = 1;    // of calendars, so that they remember what is booked ahead
  std::vector<SegmentPlan> segments;
};

/// How finely and how much of a launch is simulated.
struct SimulationEffort {
  int64_t chunks_per_segment = 12;
  int64_t full_waves = 10;    // launches of up to so many waves are simulated whole
  int64_t sampled_waves = 8;  // of longer ones, beside the CTAs that do not fill a wave
};

/// Plans a launch whose SMs hold `resident_ctas` of its CTAs each.
LaunchPlan plan_launch(const program::Launch& launch, const GpuParameters& parameters,
                       unsigned resident_ctas, const SimulationEffort& effort);

/// Bytes of all blocks that a launch loads, each once: the least that comes from DRAM where the L2
/// holds no more than `cached`.
double block_bytes_once(const program::Launch& launch,
                        const CachedTensors& cached = CachedTensors(0));

/// The number of the block that a CTA loads, and its bytes per iteration of full extent.
uint64_t block_number(const LaunchPlan& plan, size_t segment, size_t load,
                      const program::CtaCoordinates& at, int64_t chunk);
double block_bytes(const program::TileTraffic& traffic, const program::CtaCoordinates& at);

}  // namespace weft::sim
