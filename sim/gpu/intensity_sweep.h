// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/machine/gpu_description.h"

namespace weft::sim {

/// What a card does and draws under a kernel.
struct IntensityPoint {
  double gflop_s = 0;
  double watts = 0;
  double clock_ghz = 0;
};

/// A kernel that reads and writes an array of 32-bit numbers, with `flop_per_byte` of multiply-adds
/// from registers between: at the highest clock within the power limit.
IntensityPoint intensity_point(const machine::GpuDescription& gpu, double flop_per_byte);

}  // namespace weft::sim
