// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/grid_program.h"

namespace weft::mapper {

/// Cycles of an SM for one iteration of a launch's loop, once it runs steadily.
struct LoopCycles {
  double shared = 0;  // of the SM's time, per CTA, where all that it holds take turns
  double alone = 0;   // where a CTA has the SM to itself: none takes less
};

/// What is known of a launch on an SM array beyond the counts of its tiles. The mapper asks; who
/// links the simulator's models answers. Neither answer counts what the launch costs to start.
class LaunchJudge {
 public:
  virtual ~LaunchJudge() = default;
  /// The time to expect of a launch of which an SM holds `resident` CTAs.
  virtual double expected_s(const program::Launch& launch, int resident) = 0;
  /// The loop of a segment of a launch of which an SM holds `resident` CTAs, with its data at hand:
  /// no simulation takes less.
  virtual LoopCycles loop(const program::Launch& launch, size_t segment, int resident) = 0;
  /// No launch whose SMs need so many cycles is faster, at the clock that the power limit allows,
  /// `start_s` of what it costs to start included.
  virtual double least_within_power_s(const program::Launch& launch, double cycles,
                                      double start_s) = 0;
};

}  // namespace weft::mapper
