// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "sim/core/stepper.h"

namespace weft::sim {

/// A thread's hand on its core for one insert: scratchpad accesses are timed one by one, each at
/// its bank, and everything goes to the thread at once.
struct BankedHand {
  Stepper& step;

  void owe(uint64_t slots) { step.thread.pending_slots += slots; }
  void owe_block(uint64_t slots) { step.owe(slots); }
  void issue(uint64_t slots) { step.issue(slots); }
  void take(uint64_t address, bool atomic) { step.scratchpad(address, atomic); }
  void settle() {}
  /// `n` accesses one after the other, and the `slots` of all of them before.
  void walk(uint64_t n, uint64_t slots, bool atomic) {
    step.issue(slots);
    step.wait_until(Cause::Scratchpad, step.now + step.core.scratchpad_.walk(n, atomic));
  }
  void memory(AccessKind kind, Place place, uint16_t source) {
    step.memory(kind, place.address, place.bytes, source);
  }
  void write_pair(Place column, Place value, uint16_t source) {
    step.write_pair(column, value, source);
  }
};

/// A thread's hand on its core for a run of inserts: what the thread has spent is kept in registers
/// and handed over at the end of the run.
///
/// Scratchpad accesses follow each other without booking their banks: their latencies add up and
/// are waited for together, before the next instruction issues. Everything is inlined: a call that
/// saw the hand would force it into memory.
class RunHand {
 public:
  explicit RunHand(Stepper& step)
      : step_(step),
        pipeline_(step.pipeline),
        port_(step.core.memory_),
        distance_(step.slot_distance()),
        plain_cycles_(step.core.scratchpad_.latency(false)),
        atomic_cycles_(step.core.scratchpad_.latency(true)),
        now_(step.now),
        pending_(step.thread.pending_slots) {}
  RunHand(const RunHand&) = delete;
  RunHand& operator=(const RunHand&) = delete;

  uint64_t now() const { return now_; }

  [[gnu::always_inline]] void owe(uint64_t slots) { pending_ += slots; }
  [[gnu::always_inline]] void owe_block(uint64_t slots) {
    pending_ += slots;
    if (pending_ >= Stepper::kBlock) issue(0);
  }

  [[gnu::always_inline]] void issue(uint64_t slots) {
    const uint64_t n = slots + std::exchange(pending_, 0);
    if (n == 0) return;
    issued_ += n;
    now_ = Stepper::issued(pipeline_, now_, n, distance_);
  }

  [[gnu::always_inline]] void take(uint64_t, bool atomic) { walk_on(1, atomic); }
  [[gnu::always_inline]] void settle() { now_ += std::exchange(walking_cycles_, 0); }
  /// A short walk is part of what is waited for together.
  [[gnu::always_inline]] void walk(uint64_t n, uint64_t slots, bool atomic) {
    pending_ += slots;
    walk_on(n, atomic);
    if (pending_ < kWalkBlock) return;
    settle();
    issue(0);
  }

  [[gnu::always_inline]] void memory(AccessKind kind, Place place, uint16_t) {
    bytes_ += place.bytes;
    wait_for_memory(port_.access(now_, kind, place.address, place.bytes));
  }
  [[gnu::always_inline]] void write_pair(Place column, Place value, uint16_t) {
    bytes_ += column.bytes + value.bytes;
    wait_for_memory(port_.write_pair(now_, column, value));
    owe_block(1);
  }

  /// Ends the run: the thread is charged, and `source` with the bytes.
  [[gnu::always_inline]] void finish(uint16_t source) {
    settle();
    Scratchpad& scratchpad = step_.core.scratchpad_;
    const uint64_t walked = scratchpad.walk(plain_, false) + scratchpad.walk(atomics_, true);
    step_.core.sources_[source].memory_bytes += bytes_;
    step_.charge(Cause::Busy, issued_);
    step_.charge(Cause::Scratchpad, walked);
    step_.charge(Cause::Memory, memory_cycles_);
    step_.charge(Cause::IssueWait, now_ - step_.now - issued_ - walked - memory_cycles_);
    step_.thread.instructions += issued_;
    step_.thread.pending_slots = pending_;
    step_.now = now_;
  }

 private:
  [[gnu::always_inline]] void walk_on(uint64_t n, bool atomic) {
    if (atomic) {
      atomics_ += n;
      walking_cycles_ += n * atomic_cycles_;
    } else {
      plain_ += n;
      walking_cycles_ += n * plain_cycles_;
    }
  }
  [[gnu::always_inline]] void wait_for_memory(uint64_t back) {
    back = std::max(back, now_);
    memory_cycles_ += back - now_;
    now_ = back;
  }

  static constexpr uint64_t kWalkBlock = 128;  // instructions

  Stepper& step_;
  SlotCalendar& pipeline_;
  MemoryPort& port_;
  uint64_t distance_;
  uint64_t plain_cycles_;
  uint64_t atomic_cycles_;
  uint64_t now_;
  uint64_t pending_;             // instructions
  uint64_t walking_cycles_ = 0;  // not yet waited for
  uint64_t issued_ = 0;          // instructions
  uint64_t plain_ = 0;           // accesses to the scratchpad
  uint64_t atomics_ = 0;
  uint64_t memory_cycles_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace weft::sim
