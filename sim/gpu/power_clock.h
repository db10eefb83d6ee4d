// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "sim/gpu/gpu_machine.h"

namespace weft::sim {

/// Runs at the highest clock that the power limit allows: at clock.max_ghz, then at the clock at
/// which that run's activity meets the limit, until they agree. `run_at` takes the clock in GHz.
GpuRun run_within_power(const machine::GpuDescription& gpu,
                        const std::function<GpuRun(double)>& run_at);

}  // namespace weft::sim
