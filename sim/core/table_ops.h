// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "sim/core/memory_ops.h"

namespace weft::sim {

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
    insert<true>({.row = integer(op.a) - core.group_.begin,
                  .column = static_cast<int32_t>(integer(op.b)),
                  .value = real(op.c),
                  .row_begin = integer(op.d),
                  .region = program::Region(thread.reg[op.immediate].integer),
                  .source = op.source});
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
    int64_t at = integer(op.b);
    // The compiler drops calls of functions that do nothing but prefetch: hence an address.
    for (; at < end && now < until; ++at) {
      thread.pending_slots += op.slots;
      dependent_accesses(2, false);
      product.column = static_cast<const int32_t*>(columns.data)[at];
      product.value = scale * static_cast<const double*>(values.data)[at];
      __builtin_prefetch(slot_ahead(op, at, end, product.region));
      if (in_pass(product.column)) insert<false>(product);
    }
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

  template <bool kBookBanks>
  void insert(const Product& product) {
    ++core.products_;
    thread.pending_slots += slots().hash;
    if (accumulator().layout == program::TableLayout::TagData) {
      insert_tag_data<kBookBanks>(product);
    } else {
      insert_tag_offset<kBookBanks>(product);
    }
  }

  /// Waits for `n` scratchpad accesses one after the other, without booking their banks.
  void dependent_accesses(uint64_t n, bool atomic) {
    wait_until(Cause::Scratchpad, now + core.scratchpad_.walk(n, atomic));
  }

  template <bool kBookBanks>
  void table_access(uint64_t address, bool atomic) {
    if constexpr (kBookBanks) {
      scratchpad(address, atomic);
    } else {
      dependent_accesses(1, atomic);
    }
  }

  /// A chain of probes that ends at `address`. Every one is an access to the word that holds the
  /// tag; the first is timed by itself, those that follow in steps of a few whose latencies add up.
  template <bool kBookBanks = true>
  void probe_chain(uint64_t address, uint64_t probes, bool atomic) {
    constexpr uint64_t kTogether = 16;
    owe(slots().probe_check);
    table_access<kBookBanks>(address, atomic);
    for (uint64_t left = probes - 1; left > 0;) {
      const uint64_t together = std::min(left, kTogether);
      issue(together * (slots().probe_step + slots().probe_check));
      dependent_accesses(together, atomic);
      left -= together;
    }
  }

  /// Finds the slot of a column in the shared table.
  template <bool kBookBanks>
  SharedTable::Found probe(const Product& product, uint64_t base, uint64_t slot_bytes,
                           bool atomic) {
    const SharedTable::Found found = core.table().find(product.region, product.column);
    core.probes_ += found.probes;
    probe_chain<kBookBanks>(base + found.slot * slot_bytes, found.probes, atomic);
    return found;
  }

  /// V1 and V2 of SMASH: compare-and-swap on the tag, count a new entry in its row, add the value
  /// in place.
  template <bool kBookBanks>
  void insert_tag_data(const Product& product) {
    constexpr uint64_t kSlotBytes = program::slot_bytes(program::TableLayout::TagData);
    const uint64_t base = core.table_base(kSlotBytes);
    const SharedTable::Found found = probe<kBookBanks>(product, base, kSlotBytes, true);
    if (!found.present) {
      core.table().put(found.slot, product.column, static_cast<uint32_t>(product.row));
      owe(slots().insert_new);
      table_access<kBookBanks>(row_count_address(product.row), true);
      ++row_count(product.row);
    }
    owe(slots().accumulate);
    table_access<kBookBanks>(base + found.slot * kSlotBytes + 8, true);
    core.table().add(found.slot, product.value);
  }

  /// V3 of SMASH: the slot holds an offset into storage in memory. A new entry takes the next
  /// offset of its row, writes column and value there and then publishes the offset; a known one is
  /// a remote atomic on its value.
  template <bool kBookBanks>
  void insert_tag_offset(const Product& product) {
    constexpr uint64_t kSlotBytes = program::slot_bytes(program::TableLayout::TagOffset);
    const uint64_t base = core.table_base(kSlotBytes);
    const SharedTable::Found found = probe<kBookBanks>(product, base, kSlotBytes, false);
    const Array& columns = array(accumulator().dense_column);
    const Array& values = array(accumulator().dense_value);
    auto* value_data = static_cast<double*>(values.data);
    if (found.present) {
      const int64_t at = product.row_begin + core.table().extra(found.slot);
      issue(slots().offset_hit);
      memory(AccessKind::Atomic, address_of(values, at), values.bytes, product.source);
      value_data[at] += product.value;
      return;
    }
    owe(slots().offset_new);
    table_access<kBookBanks>(row_count_address(product.row), true);
    const auto offset = static_cast<uint32_t>(row_count(product.row)++);
    const int64_t at = product.row_begin + offset;
    issue(1);
    write_pair({address_of(columns, at), columns.bytes}, {address_of(values, at), values.bytes},
               product.source);
    owe(1);
    table_access<kBookBanks>(base + found.slot * kSlotBytes, true);
    core.table().put(found.slot, product.column, offset);
    static_cast<int32_t*>(columns.data)[at] = product.column;
    value_data[at] = product.value;
  }

  void drain_begin(const MicroOp& op) {
    issue(op.slots);
    const uint64_t share = (core.table().size() + core.members_ - 1) / core.members_;
    thread.drain_cursor = std::min(thread.id * share, core.table().size());
    thread.drain_end = std::min(thread.drain_cursor + share, core.table().size());
  }

  /// Stores to every slot of the thread's share; the last thread's pass leaves the table empty.
  void table_clear(const MicroOp& op) {
    issue(op.slots);
    const uint64_t share = (core.table().size() + core.members_ - 1) / core.members_;
    constexpr uint64_t kTogether = 8;
    for (uint64_t left = share; left > 0; left -= std::min(left, kTogether)) {
      const uint64_t together = std::min(left, kTogether);
      issue(together * slots().drain_empty);
      wait_until(Cause::Scratchpad, now + core.scratchpad_.walk(together, false));
    }
    if (thread.id + 1u == core.members_) core.table().clear();
  }

  /// Looks at slots from the thread's cursor on, a few at a time, until one holds an entry; takes
  /// it out.
  bool drain_next(const MicroOp& op) {
    constexpr uint64_t kTogether = 8;
    SharedTable& table = core.table();
    while (thread.drain_cursor < thread.drain_end) {
      const uint64_t stop = std::min(thread.drain_cursor + kTogether, thread.drain_end);
      uint64_t slot = thread.drain_cursor;
      while (slot < stop && !table.occupied(slot)) ++slot;
      const bool found = slot < stop;
      const uint64_t looked_at = slot - thread.drain_cursor + (found ? 1 : 0);
      issue(looked_at * slots().drain_empty);
      wait_until(Cause::Scratchpad, now + core.scratchpad_.walk(looked_at, false));
      thread.drain_cursor = slot + (found ? 1 : 0);
      if (found) {
        take_entry(op, slot);
        return true;
      }
    }
    return false;
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
