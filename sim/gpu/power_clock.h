// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "sim/gpu/gpu_machine.h"

namespace weft::sim {

/// Runs at the highest clock that the power limit allows: at clock.max_ghz, then at the clock at
/// which that run's activity would meet the limit if its time changed with the clock, until they
/// agree. What was seen to take too much or to leave power bounds later tries, since the time of
/// DRAM stays. `run_at` takes the clock in GHz.
GpuRun run_within_power(const machine::GpuDescription& gpu,
                        const std::function<GpuRun(double)>& run_at);

}  // namespace weft::sim
