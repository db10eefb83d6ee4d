// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/grid_program.h"

namespace weft::mapper {

/// What is known of a launch on an SM array beyond the counts of its tiles. The mapper asks; who
/// links the simulator's models answers. Neither answer counts what the launch costs to start.
class LaunchJudge {
 public:
  virtual ~LaunchJudge() = default;
  /// The time to expect of a launch of which an SM holds `resident` CTAs.
  virtual double expected_s(const program::Launch& launch, int resident) = 0;
  /// No launch whose SMs need so many cycles is faster, at the clock that the power limit allows.
  virtual double least_within_power_s(const program::Launch& launch, double cycles) = 0;
};

}  // namespace weft::mapper
