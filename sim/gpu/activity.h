// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/grid_program.h"
#include "sim/gpu/power_model.h"

namespace weft::sim {

/// What one CTA of a launch does inside its SM: instructions, arithmetic, shared memory and
/// registers. What it moves below the SM is counted where it moves.
GpuActivity cta_activity(const program::Launch& launch);

}  // namespace weft::sim
