// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/machine/gpu_description.h"

namespace weft::sim {

/// A kernel whose thread i reads element i of some arrays of doubles and writes element i of one.
struct StreamKernel {
  int arrays_read = 0;
  bool writes = false;
  int neighbour_loads = 0;  // of elements beside i, which lie in L1 by then

  /// Bytes that a thread moves between the SM and DRAM.
  double thread_bytes() const { return 8.0 * (arrays_read + (writes ? 1 : 0)); }
};

/// Blocks on each SM.
struct StreamOccupancy {
  int threads_per_block = 1;
  int blocks_per_sm = 1;
};

/// GB/s that DRAM sustains for the kernel: pure writes come from the L2 row by row, and a mixture
/// turns the bus around.
double sustained_stream_gb_s(const machine::GpuDescription& gpu, const StreamKernel& kernel);

/// GB/s of the kernel on large arrays at an occupancy, by a simulation of every warp of every SM
/// and every line on the DRAM channels. No rate of the occupancy is assumed: Little's law follows,
/// since a place for a block holds one until its slowest warp is done.
double stream_gb_s(const machine::GpuDescription& gpu, const StreamKernel& kernel,
                   const StreamOccupancy& occupancy, double clock_ghz);

}  // namespace weft::sim
