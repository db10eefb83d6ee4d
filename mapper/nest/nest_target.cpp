// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

NestTarget nest_target(const machine::FabricDescription& fabric, const ir::Limits& limits) {
  const auto slots = [&](const char* step) { return fabric.issue_slots(step); };
  const auto& operations = fabric.dma.operations;
  const bool copies = std::ranges::count(operations, machine::DmaOperation::Copy) > 0;
  NestTarget target;
  target.cores = fabric.total_cores();
  target.threads_per_core = int64_t{fabric.core.mtc.count} * fabric.core.mtc.threads;
  target.scratchpad_bytes = static_cast<uint64_t>(fabric.core.spad.bytes);
  if (limits.spad_per_core) {
    target.scratchpad_bytes =
        std::min(target.scratchpad_bytes, static_cast<uint64_t>(limits.spad_per_core->bytes));
  }
  target.dma = fabric.dma.engines_per_core > 0 && copies;
  target.queue_engine = fabric.queue_engine.enabled;
  target.pipelines = int64_t{fabric.core.mtc.count};
  target.memory_bytes_per_cycle = fabric.bytes_per_cycle(fabric.memory.gb_s_per_core);
  target.memory_latency_cycles = static_cast<double>(fabric.cycles_of_ns(fabric.memory.latency_ns));
  target.slots = {.load = slots("load"),
                  .index = slots("index"),
                  .loop = slots("loop"),
                  .branch = slots("branch"),
                  .move = slots("move"),
                  .add = slots("add"),
                  .multiply = slots("multiply"),
                  .fma = slots("fma"),
                  .divide = slots("divide"),
                  .combine = slots("combine"),
                  .run = slots("run"),
                  .fiber = slots("fiber"),
                  .locate_step = slots("locate_step"),
                  .union_step = slots("union_step"),
                  .intersect_step = slots("intersect_step"),
                  .insert = slots("dense_insert"),
                  .dma = slots("dma"),
                  .share = slots("share"),
                  .task = slots("task"),
                  .barrier = slots("barrier")};
  return target;
}

}  // namespace weft::mapper
