// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/insert_ops.h"
#include "sim/core/outcome.h"

namespace weft::sim {

/// Emptying the hash table that the threads of a core share: by clearing it, or by taking out its
/// entries.
struct TableOps : InsertOps {
  using InsertOps::InsertOps;

  static constexpr uint64_t kTogether = 8;  // slots that a pass over the table looks at in one step

  void drain_begin(const MicroOp& op) {
    issue(op.slots);
    const uint64_t share = (core.table().size() + core.members_ - 1) / core.members_;
    thread.drain_cursor = std::min(thread.id * share, core.table().size());
    thread.drain_end = std::min(thread.drain_cursor + share, core.table().size());
  }

  /// Stores to every slot of the thread's share, to the end of the quantum at most; the last
  /// thread's pass leaves the table empty.
  Outcome table_clear(const MicroOp& op, uint64_t until) {
    if (thread.slots_to_clear == 0) {
      issue(op.slots);
      thread.slots_to_clear = (core.table().size() + core.members_ - 1) / core.members_;
    }
    while (thread.slots_to_clear > 0 && now < until) {
      const uint64_t together = std::min(thread.slots_to_clear, kTogether);
      look_at(together);
      thread.slots_to_clear -= together;
    }
    if (thread.slots_to_clear > 0) return Outcome::Again;
    if (thread.id + 1u == core.members_) core.table().clear();
    return Outcome::Next;
  }

  /// Looks at slots from the thread's cursor on, a few at a time and to the end of the quantum at
  /// most, until one holds an entry; takes it out.
  Outcome drain_next(const MicroOp& op, uint64_t until) {
    SharedTable& table = core.table();
    while (thread.drain_cursor < thread.drain_end) {
      if (now >= until) return Outcome::Again;
      const uint64_t stop = std::min(thread.drain_cursor + kTogether, thread.drain_end);
      uint64_t slot = thread.drain_cursor;
      while (slot < stop && !table.occupied(slot)) ++slot;
      const bool found = slot < stop;
      look_at(slot - thread.drain_cursor + (found ? 1 : 0));
      thread.drain_cursor = slot + (found ? 1 : 0);
      if (found) {
        take_entry(op, slot);
        return Outcome::Next;
      }
    }
    return Outcome::Jump;
  }

  void look_at(uint64_t slot_count) {
    issue(slot_count * slots().drain_empty);
    wait_until(Cause::Scratchpad, now + core.scratchpad_.walk(slot_count, false));
  }

  void take_entry(const MicroOp& op, uint64_t slot) {
    constexpr uint64_t kSlotBytes = program::slot_bytes(program::TableLayout::TagData);
    SharedTable& table = core.table();
    owe(op.slots + slots().drain_entry);
    scratchpad(core.table_base(kSlotBytes) + slot * kSlotBytes + 8);
    scratchpad(core.table_base(kSlotBytes) + slot * kSlotBytes);
    integer(op.a) = core.group_.begin + table.extra(slot);
    integer(op.b) = table.column(slot);
    real(op.c) = table.value(slot);
    table.empty(slot);
  }
};

}  // namespace weft::sim
