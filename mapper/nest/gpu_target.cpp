// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "mapper/nest/nest_plan.h"
#include "sim/machine/sm_limits.h"

namespace weft::mapper {

namespace {

constexpr int kCtaThreads = 128;
/// Warp instructions of the steps, counted on the machine code that a compiler makes of such loops;
/// docs/gpu.md gives the listings.
constexpr program::NestSlots kWarpSlots = {.load = 1,
                                           .index = 2,
                                           .loop = 3,
                                           .branch = 1,
                                           .move = 1,
                                           .add = 1,
                                           .multiply = 1,
                                           .fma = 1,
                                           .divide = 9,
                                           .combine = 1,
                                           .run = 4,
                                           .fiber = 3,
                                           .locate_step = 5,
                                           .union_step = 8,
                                           .intersect_step = 6,
                                           .insert = 6,
                                           .dma = 2,
                                           .share = 4,
                                           .task = 4,
                                           .barrier = 1};

}  // namespace

NestTarget nest_target(const machine::GpuDescription& gpu) {
  const machine::SmLimits& limits =
      machine::sm_limits(machine::parse_compute_capability(gpu.compute_capability).value());
  const int resident = std::max(1, limits.max_warps * machine::kThreadsPerWarp / kCtaThreads);
  NestTarget target;
  target.cores = int64_t{gpu.sms} * resident;
  target.threads_per_core = kCtaThreads;
  target.scratchpad_bytes = machine::kDefaultSharedBytesPerBlock;
  target.dma = true;
  target.queue_engine = false;
  target.launches = true;
  target.launch_cycles = gpu.launch.stream_ns * gpu.clock.max_ghz;
  target.pipelines =
      std::max(1, gpu.sm.subcores * gpu.sm.issue_per_subcore * machine::kThreadsPerWarp / resident);
  target.memory_bytes_per_cycle =
      gpu.dram.peak_gb_s / gpu.clock.max_ghz / static_cast<double>(target.cores);
  target.memory_latency_cycles = static_cast<double>(gpu.sm.l1.latency_cycles);
  target.slots = kWarpSlots;
  return target;
}

}  // namespace weft::mapper
