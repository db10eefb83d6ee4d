// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/row_program.h"
#include "mapper/gpu/rows/device_csr.h"
#include "mapper/gpu/warp.h"

namespace weft::mapper {

/// What a warp does in one turn of a loop.
struct TurnCost {
  double instructions = 0;
  double shared_requests = 0;
  double shared_wavefronts = 0;
  double atomic_requests = 0;  // each passes the banks once, to read and to write
  double global_requests = 0;
  double chained_instructions = 1;  // each waits for the one before
  double chained_shared = 0;
  double chained_loads = 0;
};

/// Records `turns` of a loop that the first `warps` warps of a CTA share out.
void record_turns(program::CtaTrace& trace, unsigned warps, double turns, const TurnCost& cost);

/// Records the store of `bytes` in whole sectors, or of single words of `scattered_bytes` each,
/// which pass to the L2 one sector to a word.
void record_store(program::CtaTrace& trace, uint64_t address, int64_t bytes,
                  int64_t scattered_bytes = 0);

}  // namespace weft::mapper
