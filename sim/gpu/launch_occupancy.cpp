// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/launch_occupancy.h"

#include <fmt/format.h>

#include "base/error.h"

namespace weft::sim {

machine::Occupancy launch_occupancy(const machine::GpuDescription& gpu, const std::string& name,
                                    int threads, int registers, int64_t shared_bytes) {
  const machine::SmLimits& limits =
      machine::sm_limits(machine::parse_compute_capability(gpu.compute_capability).value());
  machine::LaunchShape shape;
  shape.threads_per_block = threads;
  shape.registers_per_thread = registers;
  shape.dynamic_shared_bytes = shared_bytes;
  const machine::Occupancy result = machine::occupancy(limits, shape);
  if (result.blocks_per_sm > 0) return result;
  std::string why;
  for (const std::string& sentence : machine::why_no_block_fits(limits, shape)) {
    why += (why.empty() ? "" : "; ") + sentence;
  }
  throw base::UserError(fmt::format("{}: no block fits an SM of {}: {}", name, gpu.name, why));
}

}  // namespace weft::sim
