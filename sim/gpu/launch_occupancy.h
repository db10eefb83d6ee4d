// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "sim/machine/gpu_description.h"
#include "sim/machine/occupancy.h"

namespace weft::sim {

/// How many CTAs of a launch an SM holds. UserError that says why where not even one fits.
machine::Occupancy launch_occupancy(const machine::GpuDescription& gpu, const std::string& name,
                                    int threads, int registers, int64_t shared_bytes);

}  // namespace weft::sim
