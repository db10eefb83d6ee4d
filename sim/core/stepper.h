// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/core_model.h"

namespace weft::sim {

/// A thread's hand on its core's resources: each call moves the thread's time forward by what the
/// resource takes and charges those cycles to one cause.
struct Stepper {
  static constexpr uint64_t kBlock = 48;  // instructions that are owed at most

  CoreModel& core;
  Thread& thread;
  SlotCalendar& pipeline;
  uint64_t now;
  CauseCycles* causes = &core.elsewhere_;  // of the source that the thread works for

  void charge(Cause cause, uint64_t cycles) {
    thread.cycles[static_cast<size_t>(cause)] += cycles;
    (*causes)[static_cast<size_t>(cause)] += cycles;
  }

  void wait_until(Cause cause, uint64_t cycle) {
    if (cycle > now) {
      charge(cause, cycle - now);
      now = cycle;
    }
  }

  /// Issues the pending scalar work and `slots` more instructions, in order, one per cycle of the
  /// pipeline at most.
  void issue(uint64_t slots) {
    const uint64_t n = slots + thread.pending_slots;
    thread.pending_slots = 0;
    if (n == 0) return;
    thread.instructions += n;
    const uint64_t at = issued(pipeline, now, n, slot_distance());
    charge(Cause::Busy, n);
    charge(Cause::IssueWait, at - now - n);
    now = at;
  }

  /// Cycles from one instruction of the thread to its next.
  uint64_t slot_distance() const {
    return thread.stall_on_use ? 1 : core.parameters_.pipeline_cycles;
  }

  /// Books `n` slots of a pipeline from `cycle` on; returns the cycle after the last. Precondition:
  /// n > 0.
  static uint64_t issued(SlotCalendar& pipeline, uint64_t cycle, uint64_t n, uint64_t distance) {
    if (distance == 1) [[likely]]
      return pipeline.book(cycle, static_cast<unsigned>(n)) + 1;
    for (uint64_t i = 0; i < n; ++i) cycle = pipeline.book(cycle) + distance;
    return cycle;
  }

  /// Owes `slots` more instructions. A run of them between two waits for memory is issued as one
  /// block, so that an in-order thread costs one booking per block; scratchpad latencies in between
  /// add up on their own.
  void owe(uint64_t slots) {
    thread.pending_slots += slots;
    if (thread.pending_slots >= kBlock) issue(0);
  }

  /// One scratchpad access that the thread waits for.
  void scratchpad(uint64_t address, bool atomic = false) {
    const Scratchpad::Answer answer = core.scratchpad_.access(now, address, atomic);
    charge(Cause::ScratchpadConflict, answer.conflict_cycles);
    charge(Cause::Scratchpad, answer.done - now - answer.conflict_cycles);
    now = answer.done;
  }

  /// The cycle at which an access to the global address space is back; the thread's time stays.
  uint64_t memory_done(AccessKind kind, uint64_t address, uint32_t bytes, uint16_t source) {
    core.sources_[source].memory_bytes += bytes;
    return core.memory_.access(now, kind, address, bytes);
  }

  void memory(AccessKind kind, uint64_t address, uint32_t bytes, uint16_t source) {
    wait_until(Cause::Memory, memory_done(kind, address, bytes, source));
  }

  /// Stores column and value of an entry. The instruction of the second store is owed.
  void write_pair(Place column, Place value, uint16_t source) {
    core.sources_[source].memory_bytes += column.bytes + value.bytes;
    wait_until(Cause::Memory, core.memory_.write_pair(now, column, value));
    owe(1);
  }

  /// The cycle at which a load through the pipeline's cache is back.
  uint64_t cache_done(uint64_t address, uint16_t source) {
    Cache& cache = core.caches_[thread.pipeline];
    bool hit = false;
    Cache::Line& line = cache.look_up(address, hit);
    if (!hit) {
      line.filled_at = memory_done(AccessKind::Read, cache.line_base(address),
                                   cache.parameters().line_bytes, source);
    }
    return std::max(now + cache.parameters().hit_cycles, line.filled_at);
  }
};

}  // namespace weft::sim
