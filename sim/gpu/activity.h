// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/grid_program.h"
#include "sim/gpu/power_model.h"

namespace weft::sim {

/// Bytes of registers that a warp's multiply-add on the ordinary pipes reads and writes.
double fma_register_bytes(bool fp64);

/// What one CTA of a launch does inside its SM: instructions, arithmetic, shared memory and
/// registers. What it moves below the SM is counted where it moves.
GpuActivity cta_activity(const program::Launch& launch);

}  // namespace weft::sim
