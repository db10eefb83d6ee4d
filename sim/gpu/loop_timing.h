// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "kernels/program/grid_program.h"
#include "sim/gpu/gpu_parameters.h"

namespace weft::sim {

/// The units of an SM that warp instructions occupy.
enum class SmUnit : uint8_t { Issue, Fp32, Fp64, Alu, Tensor, Shared };
inline constexpr size_t kSmUnits = static_cast<size_t>(SmUnit::Shared) + 1;

/// How long a loop body takes on an SM once it runs steadily.
struct LoopTiming {
  double cycles = 0;                    // of one iteration of all resident CTAs
  std::array<double, kSmUnits> busy{};  // part of those cycles in which each unit works
  SmUnit bound_by = SmUnit::Issue;      // the unit that works most
};

/// Runs `ctas` CTAs of `warps` warps each through some iterations of `body` on one SM whose data is
/// always there, and returns the time of one iteration in the steady state.
///
/// Warps are dealt to the sub-cores in turn. Each step of a warp books issue slots of its sub-core
/// and cycles of the pipe that it uses, the earliest free ones after the warp's previous step and
/// after the tokens that it needs; warps take their steps in the order of time. Bank conflicts and
/// wide accesses are cycles of the shared-memory pipe, which the sub-cores share.
LoopTiming time_loop(const SmParameters& sm, const program::LoopBody& body, unsigned warps,
                     unsigned ctas);

}  // namespace weft::sim
