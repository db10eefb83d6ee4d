// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/merge_state.h"
#include "sim/core/outcome.h"

namespace weft::sim {

/// Merging sorted fibers with a heap in the scratchpad. The head of every open fiber is in the
/// heap; taking the smallest loads the fiber's next element and sifts it down, a comparison of two
/// words per level. Where more fibers are to be merged than the heap has ways, merges in several
/// passes spill runs to memory and merge those.
template <class Step>
struct MergeOps {
  using MicroOp = program::MicroOp;

  Step& step;
  MergeState& merge = step.thread.merge;
  const program::Accumulator& accumulator = step.accumulator();

  void open(const MicroOp& op) {
    const int64_t begin = step.integer(op.b);
    step.owe(op.slots);
    open_fiber(op, {begin, step.integer(op.c), begin, step.real(op.a), -1});
  }

  /// Opens the next fiber of a row's list: its header says how many products follow.
  void open_listed(const MicroOp& op) {
    const auto row = static_cast<size_t>(step.integer(op.a));
    const auto ordinal = static_cast<size_t>(step.integer(op.c)++);
    const RecordedFiber& fiber = step.core.run_->lists[row][ordinal];
    int64_t& at = step.integer(op.d);
    step.owe(op.slots);
    step.timed_read(step.array(accumulator.stored_column), at, op.source, op.d);
    open_fiber(op, {fiber.begin, fiber.end, at + 1, fiber.scale, -1});
    at += 1 + fiber.end - fiber.begin;
  }

  /// Opens one waiting run at a time, until the heap is full or none waits.
  Outcome open_runs(const MicroOp& op) {
    step.owe(op.slots);
    if (merge.waiting() > 0 && merge.heap.size() < accumulator.merge_ways) {
      const size_t index = merge.first_waiting++;
      const MergeState::Run& run = merge.runs[index];
      open_fiber(op, {0, static_cast<int64_t>(run.entries.size()), run.stored_at, 1.0,
                      static_cast<int32_t>(index)});
      return Outcome::Again;
    }
    step.integer(op.a) = static_cast<int64_t>(merge.waiting());
    return Outcome::Next;
  }

  /// Takes the first element of the heap and adds it to the sum of its column; done when the next
  /// one has another column.
  Outcome next(const MicroOp& op) {
    step.owe(op.slots);
    if (merge.heap.empty()) {
      if (merge.waiting() == 0) merge.forget_runs();
      return Outcome::Jump;
    }
    OpenFiber& fiber = merge.heap.fiber();
    const int32_t column = merge.heap.column();
    merge.sum += element(fiber).value;
    step.owe(step.slots().accumulate);
    if (accumulator.merge_scales && fiber.run < 0) {
      step.owe(1);
      ++step.core.products_;
    }
    ++fiber.cursor;
    ++fiber.stored_at;
    if (fiber.cursor < fiber.end) {
      read(op, fiber);
      merge.heap.move_on(element(fiber).column);
    } else {
      if (fiber.run >= 0) merge.end_run(static_cast<size_t>(fiber.run));
      merge.heap.close();
    }
    sift();
    if (!merge.heap.empty() && merge.heap.column() == column) return Outcome::Again;
    step.integer(op.a) = column;
    step.real(op.b) = merge.sum;
    merge.sum = 0.0;
    return Outcome::Next;
  }

  void append_run(const MicroOp& op) {
    if (!merge.appending) merge.begin_run();
    step.issue(op.slots);
    write(op, accumulator.spill_column);
    step.issue(1);
    write(op, accumulator.spill_value);
    merge.runs.back().entries.push_back(
        {static_cast<int32_t>(step.integer(op.a)), step.real(op.b)});
    ++merge.spilled;
  }

  void close_run(const MicroOp& op) {
    step.owe(op.slots);
    merge.appending = false;
  }

 private:
  void open_fiber(const MicroOp& op, const OpenFiber& fiber) {
    if (fiber.cursor == fiber.end) return;
    read(op, fiber);
    merge.heap.open(element(fiber).column, fiber);
    sift();
  }

  /// The levels of the heap, each two words that are loaded and one that is stored back.
  void sift() {
    const uint64_t levels = merge.heap.levels();
    if (levels == 0) return;
    step.issue(levels * step.slots().merge_step);
    step.wait_until(Cause::Scratchpad, step.now + step.core.scratchpad_.walk(2 * levels, false));
  }

  Entry element(const OpenFiber& fiber) const {
    const auto at = static_cast<size_t>(fiber.cursor);
    if (fiber.run >= 0) return merge.runs[static_cast<size_t>(fiber.run)].entries[at];
    return {static_cast<const int32_t*>(step.data(accumulator.merge_column))[at],
            static_cast<const double*>(step.data(accumulator.merge_value))[at] * fiber.scale};
  }

  /// Loads column and value of the element that a fiber stands on.
  void read(const MicroOp& op, const OpenFiber& fiber) {
    const bool spilled = fiber.run >= 0;
    const int64_t at = spilled ? spill_index(fiber.stored_at) : fiber.stored_at;
    step.timed_read(step.array(spilled ? accumulator.spill_column : accumulator.stored_column), at,
                    op.source, op.a);
    step.owe(1);
    step.timed_read(step.array(spilled ? accumulator.spill_value : accumulator.stored_value), at,
                    op.source, op.a);
  }

  void write(const MicroOp& op, int16_t array) {
    const auto& target = step.array(array);
    step.memory(AccessKind::Write, step.address_of(target, spill_index(merge.spilled)),
                target.bytes, op.source);
  }

  /// The thread's spill memory is a ring: a run is gone before the ring comes round to it.
  int64_t spill_index(int64_t entry) const {
    const auto size = static_cast<int64_t>(accumulator.spill_entries);
    const int64_t thread = step.core.index_ * int64_t{step.core.members_} + step.thread.id;
    return thread * size + entry % size;
  }
};

}  // namespace weft::sim
