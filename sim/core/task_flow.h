// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/program/program.h"
#include "sim/core/outcome.h"
#include "sim/core/thread.h"

namespace weft::sim {

/// The tasks that a core has taken from a list of the machine and not yet handed to its threads.
struct TaskFlow {
  int64_t list = -1;
  int64_t next = 0;
  int64_t end = 0;
  uint64_t ready_at = 0;  // cycle at which the group arrived
  bool dry = false;       // the machine has no more
};

/// The thread's next task of a list. No thread waits for another: the one that finds the core's
/// group used up takes the next group from the machine by a remote atomic.
template <class Step>
Outcome task_flow(Step& step, const program::MicroOp& op) {
  const program::TaskList& list = step.code.task_lists[static_cast<size_t>(op.immediate)];
  TaskFlow& flow = step.core.flow_;
  step.issue(op.slots);
  step.wait_until(Cause::Queue, step.core.queue_engine_.serve(step.now));
  if (flow.list != op.immediate) flow = {.list = op.immediate};
  if (flow.next == flow.end && !flow.dry) {
    int64_t& taken = step.core.run_->tasks_taken[static_cast<size_t>(op.immediate)];
    flow.next = std::min(taken, list.count);
    flow.end = std::min(taken + list.group, list.count);
    flow.dry = flow.next == flow.end;
    taken = flow.end;
    flow.ready_at = step.memory_done(AccessKind::Atomic, list.counter_base, 8, op.source);
  }
  step.wait_until(Cause::Queue, flow.ready_at);
  if (flow.next == flow.end) return Outcome::Jump;
  step.integer(op.a) = flow.next++;
  return Outcome::Next;
}

}  // namespace weft::sim
