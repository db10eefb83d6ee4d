// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "sim/core/table_ops.h"

namespace weft::sim {

/// The micro-operations of one thread: what each computes and what it costs.
struct Interpreter : TableOps {
  // NOLINTNEXTLINE(clang-analyzer-optin.cplusplus.UninitializedObject): the base initialises all
  using TableOps::TableOps;

  void emit(const MicroOp& op) {
    const auto position = static_cast<uint64_t>(integer(op.d));
    issue(op.slots);
    write_pair({code.result_column_base + position * 4, 4},
               {code.result_value_base + position * 8, 8}, op.source);
    core.run_->result.store(static_cast<int64_t>(position), static_cast<int32_t>(integer(op.b)),
                            real(op.c));
  }

  void emit_row(const MicroOp& op) {
    issue(op.slots);
    memory(AccessKind::Write, code.result_start_base + static_cast<uint64_t>(integer(op.a)) * 8, 8,
           op.source);
    core.run_->result.add_piece(integer(op.a), integer(op.b), integer(op.c));
  }

  /// The thread's next task of the group, or false where none is left.
  bool task_next(const MicroOp& op) {
    issue(op.slots);
    const program::Assignment assignment = code.task_assignment;
    if (assignment == program::Assignment::Dynamic) {
      const QueueEngine::Answer answer = core.queue_engine_.take(now);
      wait_until(Cause::Queue, answer.done);
      if (answer.found) integer(op.a) = answer.task;
      return answer.found;
    }
    if (thread.next_static_task >= core.group_.task_end) return false;
    integer(op.a) = thread.next_static_task;
    thread.next_static_task += core.members_;
    return true;
  }
};

}  // namespace weft::sim
