// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "mapper/lower_spgemm.h"

namespace weft::mapper {

FabricTarget fabric_target(const machine::FabricDescription& fabric, const ir::Limits& limits) {
  const auto slots = [&](const char* step) { return fabric.issue_slots(step); };
  FabricTarget target;
  target.cores = static_cast<unsigned>(fabric.total_cores());
  target.threads_per_core = static_cast<unsigned>(fabric.core.mtc.count * fabric.core.mtc.threads);
  target.scratchpad_bytes = static_cast<uint64_t>(fabric.core.spad.bytes);
  if (limits.spad_per_core) {
    target.scratchpad_bytes =
        std::min(target.scratchpad_bytes, static_cast<uint64_t>(limits.spad_per_core->bytes));
  }
  const std::vector<machine::DmaOperation>& operations = fabric.dma.operations;
  target.interleave_bytes = fabric.memory.interleave.default_bytes;
  target.interleaves_bytes.clear();
  for (const int64_t bytes : fabric.memory.interleave.choices_bytes) {
    // The pieces that DMA engines and caches move as a whole are as long as the default.
    if (bytes >= target.interleave_bytes && bytes >= fabric.memory.access_granularity_bytes)
      target.interleaves_bytes.push_back(bytes);
  }
  target.units = {.dma = fabric.dma.engines_per_core > 0,
                  .dma_copy = std::find(operations.begin(), operations.end(),
                                        machine::DmaOperation::Copy) != operations.end(),
                  .queue_engine = fabric.queue_engine.enabled,
                  .collective_engine = fabric.collective_engine.enabled};
  target.scalar = {.load = slots("load"),
                   .index = slots("index"),
                   .loop = slots("loop"),
                   .branch = slots("branch"),
                   .move = slots("move"),
                   .multiply = slots("multiply"),
                   .add = slots("add"),
                   .task = slots("task"),
                   .dma = slots("dma"),
                   .share = slots("share"),
                   .region = slots("region"),
                   .barrier = slots("barrier")};
  target.slots = {.hash = slots("hash"),
                  .probe_check = slots("probe_check"),
                  .probe_step = slots("probe_step"),
                  .insert_new = slots("insert_new"),
                  .accumulate = slots("accumulate"),
                  .offset_new = slots("offset_new"),
                  .offset_hit = slots("offset_hit"),
                  .drain_empty = slots("drain_empty"),
                  .drain_entry = slots("drain_entry"),
                  .column_filter = slots("column_filter"),
                  .dense_insert = slots("dense_insert"),
                  .merge_step = slots("merge_step"),
                  .intersect_step = slots("intersect_step"),
                  .sort_step = slots("sort_step")};
  return target;
}

}  // namespace weft::mapper
