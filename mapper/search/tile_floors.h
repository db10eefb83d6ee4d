// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/gpu/contraction.h"
#include "mapper/gpu/launch_judge.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// Seconds that each resource of an SM array needs at least for one statement with a tile, without
/// what it costs to start a launch. At the clock that no limit holds back.
struct TileFloors {
  double math = 0;     // pipes or matrix units of the SM with the most CTAs
  double issue = 0;    // warp instructions of its loops
  double l2 = 0;       // bytes that all SMs ask the L2 for
  double dram = 0;     // bytes that miss the L2 once, whatever the tiles
  double latency = 0;  // rounds of CTAs one after the other, each block as late as the L2 is far
  double loop = 0;     // steady loops of the SM with the most CTAs, with what pipes wait for there

  double loop_cycles = 0;    // of that SM's pipes, with the last results' way out, at any clock
  double around_cycles = 0;  // before their first work, at any clock
  int resident = 0;          // CTAs that an SM holds; 0 where one does not fit
};

/// The launch of one statement with a tile. `tma`: the copy engine moves the blocks, not the warps.
program::Launch described_launch(const ContractionShape& shape, const TileChoice& tile, bool tma);

/// The floors of a tile. Whole rounds over the SMs: some SM gets as many CTAs as the average,
/// rounded up. Shared memory has no floor: what
/// nobody waits for may pile up behind a loop. The traffic is that of the tiles' edges; DRAM moves
/// every operand once, and of the results what the L2 cannot keep. `tma`: the copy engine moves the
/// blocks, not the warps.
TileFloors tile_floors(const ContractionShape& shape, const TileChoice& tile, bool tma,
                       const machine::GpuDescription& gpu);

/// Adds what the loop of a launch takes by itself: `loop`, and in `latency` CTAs whose iterations
/// are no shorter than a CTA's alone and whose results leave by the SM's port. Precondition: a CTA
/// fits an SM.
void add_loop(TileFloors& floors, const program::Launch& launch, const LoopCycles& loop,
              const machine::GpuDescription& gpu);

/// Seconds that a launch of any segments takes at least by its loops, without what it costs to
/// start: those of the SM with the most CTAs, or of CTAs one after the other. `loops`: of each
/// segment. Precondition: an SM holds `resident` CTAs.
double loops_floor_s(const program::Launch& launch, const std::vector<LoopCycles>& loops,
                     int resident, const machine::GpuDescription& gpu);

/// Seconds that the units need for a statement's multiply-adds, whatever its tiles.
double math_floor_s(const ContractionShape& shape, const machine::GpuDescription& gpu);

}  // namespace weft::mapper
