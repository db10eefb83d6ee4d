// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/machine/gpu_description.h"

namespace weft::sim {

/// GB/s over all SMs that read one buffer of `footprint_bytes` again and again, pieces of it at a
/// time, so that nothing stays in an L1: the L2 and, for what it lost, DRAM. The two overlap.
double shared_read_gb_s(const machine::GpuDescription& gpu, int64_t footprint_bytes,
                        double clock_ghz);

/// GB/s over all SMs where each reads `footprint_bytes` again and again: L1 and, for what it lost,
/// the L2, which all SMs find filled by the others.
double private_read_gb_s(const machine::GpuDescription& gpu, int64_t footprint_bytes,
                         double clock_ghz);

/// Part of a buffer that is missed when it is read over and over, of L2 by all SMs. Where the L2
/// has partitions, copies of lines in both of them take room.
double shared_miss_fraction(const machine::GpuDescription& gpu, int64_t footprint_bytes);

}  // namespace weft::sim
