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
  size_t own = 0;         // ranges that the core has taken of its own
};

/// Takes the machine's next group of tasks, `taken` being those that are gone, by a remote atomic.
template <class Step>
void take_shared_group(Step& step, const program::MicroOp& op, TaskFlow& flow, int64_t& taken) {
  const program::TaskList& list = step.code.task_lists[static_cast<size_t>(op.immediate)];
  flow.next = std::min(taken, list.count);
  flow.end = std::min(taken + list.group, list.count);
  flow.dry = flow.next == flow.end;
  taken = flow.end;
  flow.ready_at = step.memory_done(AccessKind::Atomic, list.counter_base, 8, op.source);
}

/// Reads the next range of tasks from the list of the core's own.
template <class Step>
void take_own_range(Step& step, const program::MicroOp& op, TaskFlow& flow, unsigned core) {
  constexpr uint32_t kWordsOfRange = 2;
  const program::TaskList& list = step.code.task_lists[static_cast<size_t>(op.immediate)];
  flow.dry = flow.own == list.owned[core].size();
  if (flow.dry) return;
  const program::TaskRange& range = list.owned[core][flow.own];
  flow.next = range.begin;
  flow.end = range.end;
  const auto& stored = step.array(op.array);
  const int64_t first_word = stored.count / static_cast<int64_t>(list.owned.size()) * core;
  const int64_t word = first_word + static_cast<int64_t>(flow.own * kWordsOfRange);
  flow.own += 1;
  flow.ready_at = step.memory_done(AccessKind::Read, step.address_of(stored, word),
                                   kWordsOfRange * stored.bytes, op.source);
}

/// The thread's next task of a list. No thread waits for another: the one that finds the core's
/// group used up takes the next one.
template <class Step>
Outcome task_flow(Step& step, const program::MicroOp& op) {
  const program::TaskList& list = step.code.task_lists[static_cast<size_t>(op.immediate)];
  TaskFlow& flow = step.core.flow_;
  step.issue(op.slots);
  step.wait_until(Cause::Queue, step.core.queue_engine_.serve(step.now));
  if (flow.list != op.immediate) flow = {.list = op.immediate};
  if (flow.next == flow.end && !flow.dry) {
    if (list.owned.empty()) {
      take_shared_group(step, op, flow,
                        step.core.run_->tasks_taken[static_cast<size_t>(op.immediate)]);
    } else {
      take_own_range(step, op, flow, step.core.index_);
    }
  }
  step.wait_until(Cause::Queue, flow.ready_at);
  if (flow.next == flow.end) return Outcome::Jump;
  step.integer(op.a) = flow.next++;
  return Outcome::Next;
}

}  // namespace weft::sim
