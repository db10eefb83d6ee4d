// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/machine/gpu_description.h"

namespace weft::sim {

/// A kernel that scales `elements` doubles, launched over and over.
struct ScaleKernel {
  int64_t elements = 1;
  int threads_per_block = 256;
  bool graph = false;  // launched from a CUDA graph

  /// Bytes read and written, of two arrays.
  int64_t bytes() const { return 16 * elements; }
};

/// GB/s over the kernels and the gaps between them. The arrays stay in the L2 where they fit.
/// A kernel takes the gap, and then as long as the slower of the scheduler, which hands out its
/// blocks one by one, and the memory.
double kernel_series_gb_s(const machine::GpuDescription& gpu, const ScaleKernel& kernel,
                          double clock_ghz);

}  // namespace weft::sim
