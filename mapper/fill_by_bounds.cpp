// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "kernels/ir/holes.h"
#include "kernels/ir/loops.h"
#include "kernels/ir/report.h"
#include "mapper/compile/emit.h"
#include "mapper/lower_spgemm.h"

namespace weft::mapper {

namespace {

uint64_t buffers_of(const ir::StatementSchedule& schedule, const char* tensor) {
  const ir::Hold* hold = schedule.hold.find(tensor);
  const bool staged =
      hold != nullptr && hold->via.fixed() && hold->via.value() == ir::Transfer::Dma;
  return staged ? static_cast<uint64_t>(hold->buf.value()) : 0;
}

/// The slots of each thread's own table: the largest power of two that leaves room for the buffers.
int64_t largest_private_table(const ir::Kernel& kernel, const FabricTarget& target) {
  const ir::StatementSchedule schedule = ir::effective_schedule(kernel, kernel.statements.front());
  const uint64_t reserved =
      private_overhead_bytes(target, buffers_of(schedule, "A") + buffers_of(schedule, "B"));
  const uint64_t left = target.scratchpad_bytes > reserved ? target.scratchpad_bytes - reserved : 0;
  const uint64_t each =
      left / target.threads_per_core / program::slot_bytes(program::TableLayout::TagData);
  return static_cast<int64_t>(std::bit_floor(each));
}

/// The slots of a hash table that fill what a core's scratchpad has left, for a table that all
/// threads share.
int64_t largest_table(const ir::Kernel& kernel, const FabricTarget& target,
                      const ir::Accum& accum) {
  const ir::StatementSchedule schedule = ir::effective_schedule(kernel, kernel.statements.front());
  const uint64_t buffers = buffers_of(schedule, "B");
  const bool offsets = accum.table.fixed() && accum.table.value() == ir::TableForm::TagOffset;
  const auto layout = offsets ? program::TableLayout::TagOffset : program::TableLayout::TagData;
  const uint64_t tables = accum.buf.fixed() ? static_cast<uint64_t>(accum.buf.value()) : 1;
  const uint64_t reserved = window_overhead_bytes(target, buffers);
  const uint64_t left = target.scratchpad_bytes > reserved ? target.scratchpad_bytes - reserved : 0;
  return static_cast<int64_t>(left / (tables * program::slot_bytes(layout)));
}

}  // namespace

void fill_by_bounds(ir::Kernel& kernel, const FabricTarget& target, int64_t columns,
                    base::Diagnostics& diagnostics) {
  for (const ir::Hole& hole : ir::holes(kernel)) {
    std::string value;
    if (!hole.any && !hole.options.empty()) {
      value = hole.options.front();
    } else if (hole.path.ends_with(".accum.Z.slots")) {
      const ir::StatementSchedule schedule =
          ir::effective_schedule(kernel, kernel.statements.back());
      const bool shared = !schedule.window.empty();
      const int64_t slots = shared ? largest_table(kernel, target, *schedule.accum.find("Z"))
                                   : largest_private_table(kernel, target);
      if (slots < 1) {
        ir::report(diagnostics, hole.where,
                   fmt::format("no table fits: the scratchpad of {} bytes is smaller than what a "
                               "window needs beside it; "
                               "raise core.spad.bytes",
                               target.scratchpad_bytes));
        return;
      }
      value = std::to_string(slots);
    } else if (hole.path.find(".tiles.") != std::string::npos) {
      value = std::to_string(std::min<int64_t>(64, std::max<int64_t>(1, columns)));
    } else {
      ir::report_open(kernel, hole, diagnostics);
      continue;
    }
    ir::fill_hole(kernel, hole.path, value, diagnostics);
  }
}

}  // namespace weft::mapper
