// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include "sim/core/memory_ops.h"
#include "sim/core/outcome.h"

namespace weft::sim {

/// Scratchpad accesses that are timed one by one, each at its bank.
struct BankedAccesses {
  Stepper& step;

  void take(uint64_t address, bool atomic) { step.scratchpad(address, atomic); }
  void settle() {}
};

/// Scratchpad accesses that follow each other without booking their banks: their latencies add up
/// and are waited for together, before the next instruction issues.
struct WalkedAccesses {
  Stepper& step;
  uint64_t plain = 0;
  uint64_t atomics = 0;

  void take(uint64_t, bool atomic) { ++(atomic ? atomics : plain); }
  void settle() {
    Scratchpad& scratchpad = step.core.scratchpad_;
    const uint64_t cycles = scratchpad.walk(std::exchange(plain, 0), false) +
                            scratchpad.walk(std::exchange(atomics, 0), true);
    step.charge(Cause::Scratchpad, cycles);
    step.now += cycles;
  }
};

/// The hash table that the threads of a core share: inserts by atomics, and its drain by threads.
struct TableOps : MemoryOps {
  using MemoryOps::MemoryOps;

  /// One product on its way into the shared table.
  struct Product {
    int64_t row;
    int32_t column;
    double value;
    int64_t row_begin;  // of the row's upper-bound storage
    program::Region region;
    uint16_t source;
  };

  uint64_t row_count_address(int64_t row) {
    return address_of(array(accumulator().row_count), row);
  }
  int32_t& row_count(int64_t row) {
    return static_cast<int32_t*>(array(accumulator().row_count).data)[row];
  }

  bool in_pass(int64_t column) {
    if (!core.group_is_partial_) return true;
    thread.pending_slots += slots().column_filter;
    return column >= core.group_.column_begin && column < core.group_.column_end;
  }

  void insert_shared(const MicroOp& op) {
    thread.pending_slots += op.slots;
    if (!in_pass(integer(op.b))) return;
    BankedAccesses accesses{*this};
    insert({.row = integer(op.a) - core.group_.begin,
            .column = static_cast<int32_t>(integer(op.b)),
            .value = real(op.c),
            .row_begin = integer(op.d),
            .region = program::Region(thread.reg[op.immediate].integer),
            .source = op.source},
           accesses);
  }

  /// A run of products of one fiber of B that lies in the thread's buffers: load column and value,
  /// multiply, insert, advance. The same steps as the loop of single operations, but the
  /// scratchpad's banks are not booked: buffers and regions belong to one thread. Stops at the end
  /// of the quantum; returns true at the end of the fiber.
  bool insert_run(const MicroOp& op, uint64_t until) {
    const Array& columns = array(op.array);
    const Array& values = array(op.array2);
    const int64_t end = integer(op.c);
    const double scale = real(program::scale_register(op));
    Product product{.row = integer(op.a) - core.group_.begin,
                    .column = 0,
                    .value = 0,
                    .row_begin = integer(op.d),
                    .region = program::Region(integer(program::region_register(op))),
                    .source = op.source};
    WalkedAccesses accesses{*this};
    int64_t at = integer(op.b);
    // The compiler drops calls of functions that do nothing but prefetch: hence an address.
    for (; at < end && now < until; ++at) {
      thread.pending_slots += op.slots;
      accesses.plain += 2;
      product.column = static_cast<const int32_t*>(columns.data)[at];
      product.value = scale * static_cast<const double*>(values.data)[at];
      __builtin_prefetch(slot_ahead(op, at, end, product.region));
      if (in_pass(product.column)) insert(product, accesses);
    }
    accesses.settle();
    integer(op.b) = at;
    return at == end;
  }

  /// The host's copy of the slot that an insert of the same row will look at a few products later,
  /// in this run or in the one that the thread has posted the fill of.
  const void* slot_ahead(const MicroOp& op, int64_t at, int64_t end, program::Region region) {
    constexpr int64_t kAhead = 8;
    const Array& columns = array(op.array);
    int64_t ahead = at + kAhead;
    if (ahead >= end && thread.announced_array == op.array) ahead += thread.announced_begin - end;
    if (ahead >= columns.count) ahead = at;
    return core.table().home_slot(region, static_cast<const int32_t*>(columns.data)[ahead]);
  }

  /// Inlined, as are the functions that it calls, so that what the products of a run have in common
  /// stays in registers.
  template <class Accesses>
  [[gnu::always_inline]] void insert(const Product& product, Accesses& accesses) {
    ++core.products_;
    thread.pending_slots += slots().hash;
    if (accumulator().layout == program::TableLayout::TagData) {
      insert_tag_data(product, accesses);
    } else {
      insert_tag_offset(product, accesses);
    }
  }

  /// A chain of probes that ends at `address`. Every one is an access to the word that holds the
  /// tag; the first is timed by itself, those that follow in steps of a few whose latencies add up.
  template <class Accesses>
  [[gnu::always_inline]] void probe_chain(Accesses& accesses, uint64_t address, uint64_t probes,
                                          bool atomic) {
    thread.pending_slots += slots().probe_check;
    accesses.take(address, atomic);
    if (probes > 1) follow_chain(accesses, probes - 1, atomic);
  }

  template <class Accesses>
  void follow_chain(Accesses& accesses, uint64_t probes, bool atomic) {
    constexpr uint64_t kProbesTogether = 16;
    accesses.settle();
    for (uint64_t left = probes; left > 0;) {
      const uint64_t together = std::min(left, kProbesTogether);
      issue(together * (slots().probe_step + slots().probe_check));
      wait_until(Cause::Scratchpad, now + core.scratchpad_.walk(together, atomic));
      left -= together;
    }
  }

  /// Finds the slot of a column in the shared table.
  template <class Accesses>
  [[gnu::always_inline]] SharedTable::Found probe(const Product& product, Accesses& accesses,
                                                  uint64_t base, uint64_t slot_bytes, bool atomic) {
    const SharedTable::Found found = core.table().find(product.region, product.column);
    core.probes_ += found.probes;
    probe_chain(accesses, base + found.slot * slot_bytes, found.probes, atomic);
    return found;
  }

  /// V1 and V2 of SMASH: compare-and-swap on the tag, count a new entry in its row, add the value
  /// in place.
  template <class Accesses>
  void insert_tag_data(const Product& product, Accesses& accesses) {
    constexpr uint64_t kSlotBytes = program::slot_bytes(program::TableLayout::TagData);
    const uint64_t base = core.table_base(kSlotBytes);
    const SharedTable::Found found = probe(product, accesses, base, kSlotBytes, true);
    if (!found.present) {
      core.table().put(found.slot, product.column, static_cast<uint32_t>(product.row));
      thread.pending_slots += slots().insert_new;
      accesses.take(row_count_address(product.row), true);
      ++row_count(product.row);
    }
    accesses.settle();
    owe(slots().accumulate);
    accesses.take(base + found.slot * kSlotBytes + 8, true);
    core.table().add(found.slot, product.value);
  }

  /// V3 of SMASH: the slot holds an offset into storage in memory. A new entry takes the next
  /// offset of its row, writes column and value there and then publishes the offset; a known one is
  /// a remote atomic on its value.
  template <class Accesses>
  [[gnu::always_inline]] void insert_tag_offset(const Product& product, Accesses& accesses) {
    constexpr uint64_t kSlotBytes = program::slot_bytes(program::TableLayout::TagOffset);
    const uint64_t base = core.table_base(kSlotBytes);
    const SharedTable::Found found = probe(product, accesses, base, kSlotBytes, false);
    const Array& values = array(accumulator().dense_value);
    auto* value_data = static_cast<double*>(values.data);
    if (found.present) {
      const int64_t at = product.row_begin + core.table().extra(found.slot);
      accesses.settle();
      issue(slots().offset_hit);
      memory(AccessKind::Atomic, address_of(values, at), values.bytes, product.source);
      value_data[at] += product.value;
      return;
    }
    const Array& columns = array(accumulator().dense_column);
    accesses.take(row_count_address(product.row), true);
    const auto offset = static_cast<uint32_t>(row_count(product.row)++);
    const int64_t at = product.row_begin + offset;
    accesses.settle();
    issue(slots().offset_new + 1u);
    write_pair({address_of(columns, at), columns.bytes}, {address_of(values, at), values.bytes},
               product.source);
    thread.pending_slots += 1;
    accesses.take(base + found.slot * kSlotBytes, true);
    core.table().put(found.slot, product.column, offset);
    static_cast<int32_t*>(columns.data)[at] = product.column;
    value_data[at] = product.value;
  }

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
