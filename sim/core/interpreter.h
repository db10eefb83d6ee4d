// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "sim/core/stepper.h"

namespace weft::sim {

/// The micro-operations of one thread: what each computes and what it costs. `kStallOnUse` marks a single-threaded
/// core, where a load returns at once and the first use of its register waits.
template <bool kStallOnUse>
struct Interpreter : Stepper {
  using MicroOp = program::MicroOp;
  using Array = program::Array;

  Interpreter(CoreModel& model, Thread& hardware_thread, SlotCalendar& issue_port)
      : Stepper{model, hardware_thread, issue_port, hardware_thread.now} {}

  int64_t& integer(uint8_t r) { return thread.reg[r].integer; }
  double& real(uint8_t r) { return thread.reg[r].real; }
  void* data(int32_t array) { return core.storage_[static_cast<size_t>(array)]; }
  const Array& array(int32_t id) { return core.run_->program.arrays[static_cast<size_t>(id)]; }
  const program::Accumulator& accumulator() { return core.run_->program.accumulator; }
  const program::SlotTable& slots() { return core.run_->program.slots; }

  void use(uint8_t r) {
    if constexpr (kStallOnUse) wait_until(Cause::Memory, thread.ready[r]);
  }

  // --- memory

  uint64_t address_of(const Array& target, int64_t index) const {
    const auto i = static_cast<uint64_t>(index);
    if (target.held_elements != 0) {
      return target.base + thread.id * target.thread_stride + (i & (target.held_elements - 1)) * target.bytes;
    }
    return target.base + i * target.bytes;
  }

  static void load_value(const Array& source, const void* from, int64_t index, Register& to) {
    switch (source.type) {
      case program::ElementType::Int32:
        to.integer = static_cast<const int32_t*>(from)[index];
        break;
      case program::ElementType::Int64:
        to.integer = static_cast<const int64_t*>(from)[index];
        break;
      case program::ElementType::Real64:
        to.real = static_cast<const double*>(from)[index];
        break;
    }
  }

  static void store_value(const Array& target, void* to, int64_t index, Register from) {
    switch (target.type) {
      case program::ElementType::Int32:
        static_cast<int32_t*>(to)[index] = static_cast<int32_t>(from.integer);
        break;
      case program::ElementType::Int64:
        static_cast<int64_t*>(to)[index] = from.integer;
        break;
      case program::ElementType::Real64:
        static_cast<double*>(to)[index] = from.real;
        break;
    }
  }

  /// Reads element `index` of an array in time; a single-threaded core goes on and `to_register` is ready later.
  void timed_read(const Array& source, int64_t index, uint16_t charged_to, uint8_t to_register) {
    const uint64_t address = address_of(source, index);
    if (source.space == program::Space::Scratchpad) {
      scratchpad(address);
      return;
    }
    const bool cached = source.space == program::Space::Cached;
    const uint64_t done =
        cached ? cache_done(address, charged_to) : memory_done(AccessKind::Read, address, source.bytes, charged_to);
    if constexpr (kStallOnUse) {
      thread.ready[to_register] = done;
    } else {
      wait_until(cached && done == now + core.parameters_.cache.hit_cycles ? Cause::Cache : Cause::Memory, done);
    }
  }

  void load(const MicroOp& op) {
    use(op.b);
    issue(op.slots);
    const Array& source = array(op.array);
    const int64_t index = integer(op.b) + op.immediate;
    timed_read(source, index, op.source, op.a);
    load_value(source, data(op.array), index, thread.reg[op.a]);
  }

  void store(const MicroOp& op) {
    use(op.a);
    use(op.b);
    issue(op.slots);
    const Array& target = array(op.array);
    const int64_t index = integer(op.b) + op.immediate;
    if (target.space == program::Space::Scratchpad) {
      scratchpad(address_of(target, index));
    } else {
      memory(AccessKind::Write, address_of(target, index), target.bytes, op.source);
    }
    store_value(target, data(op.array), index, thread.reg[op.a]);
  }

  void atomic_add(const MicroOp& op) {
    issue(op.slots);
    const Array& target = array(op.array);
    const int64_t index = integer(op.b) + op.immediate;
    if (target.space == program::Space::Scratchpad) {
      scratchpad(address_of(target, index), true);
    } else {
      memory(AccessKind::Atomic, address_of(target, index), target.bytes, op.source);
    }
    Register old{};
    load_value(target, data(op.array), index, old);
    Register sum = old;
    sum.integer += integer(op.c);
    store_value(target, data(op.array), index, sum);
    thread.reg[op.a] = old;
  }

  // --- DMA

  /// Fetches elements [b, b + c) of a column array and a value array into the thread's buffers.
  void dma_fill(const MicroOp& op) {
    issue(op.slots);
    const auto begin = static_cast<uint64_t>(integer(op.b));
    const auto count = static_cast<uint64_t>(integer(op.c));
    uint64_t done = now;
    for (const int32_t held : {op.array, op.array2}) {
      if (held < 0 || count == 0) continue;
      const Array& source = array(held);
      core.sources_[op.source].memory_bytes += count * source.bytes;
      done = std::max(done, core.dma_.fill(now, source.memory_base + begin * source.bytes, count * source.bytes));
    }
    integer(op.a) = static_cast<int64_t>(done);
  }

  void dma_wait(const MicroOp& op) {
    issue(op.slots);
    wait_until(Cause::Dma, static_cast<uint64_t>(integer(op.a)));
  }

  /// Moves a row from the upper-bound storage to its place in the result, as two background descriptors.
  void dma_move(const MicroOp& op) {
    issue(op.slots);
    const program::Program& code = core.run_->program;
    const int64_t from = integer(op.b);
    const int64_t count = integer(op.c);
    const int64_t to = integer(op.d);
    if (count == 0) return;
    const Array& columns = array(accumulator().dense_column);
    const Array& values = array(accumulator().dense_value);
    const uint64_t group = core.groups_begun_ - 1;
    const auto post = [&](const Array& source, uint64_t result_base) {
      const auto bytes = static_cast<uint64_t>(count) * source.bytes;
      core.sources_[op.source].memory_bytes += 2 * bytes;
      core.dma_.post(now, {.source = address_of(source, from),
                           .destination = result_base + static_cast<uint64_t>(to) * source.bytes,
                           .bytes = bytes,
                           .group = group});
    };
    post(columns, code.result_column_base);
    post(values, code.result_value_base);
    const auto* column = static_cast<const int32_t*>(data(accumulator().dense_column));
    const auto* value = static_cast<const double*>(data(accumulator().dense_value));
    for (int64_t i = 0; i < count; ++i) core.run_->result.store(to + i, column[from + i], value[from + i]);
  }

  void dma_clear(const MicroOp& op) {
    issue(op.slots);
    const uint64_t table_bytes = accumulator().slots * program::slot_bytes(accumulator().layout);
    core.dma_.post(now, {.bytes = table_bytes, .group = core.groups_begun_ - 1, .clears_scratchpad = true});
    core.table().clear();
  }

  // --- shared table: inserts by atomics

  uint64_t row_count_address(int64_t row) { return address_of(array(accumulator().row_count), row); }
  int32_t& row_count(int64_t row) { return static_cast<int32_t*>(data(accumulator().row_count))[row]; }

  void insert_shared(const MicroOp& op) {
    const int64_t column = integer(op.b);
    if (core.group_is_partial_) {
      thread.pending_slots += slots().column_filter;
      if (column < core.group_.column_begin || column >= core.group_.column_end) return;
    }
    ++core.products_;
    const int64_t row = integer(op.a) - core.group_.begin;
    const uint64_t tag = (static_cast<uint64_t>(row) << accumulator().column_bits) | static_cast<uint64_t>(column);
    thread.pending_slots += op.slots + slots().hash;
    if (accumulator().layout == program::TableLayout::TagData) {
      insert_tag_data(tag, row, real(op.c));
    } else {
      insert_tag_offset(op, tag, row, static_cast<int32_t>(column), real(op.c));
    }
  }

  /// Walks the table to the slot that holds `tag` or the first empty one. Every probe is one access to the word
  /// that holds the tag.
  uint64_t probe(SharedTable& table, uint64_t base, unsigned slot_bytes, uint64_t tag, bool atomic) {
    uint64_t slot = table.home(tag);
    for (;;) {
      ++core.probes_;
      issue(slots().probe_check);
      scratchpad(base + slot * slot_bytes, atomic);
      if (table[slot].tag == tag || table[slot].tag == SharedTable::kEmpty) return slot;
      thread.pending_slots += slots().probe_step;
      slot = table.next(slot);
    }
  }

  /// V1 and V2 of SMASH: compare-and-swap on the tag, count a new entry in its row, add the value in place.
  void insert_tag_data(uint64_t tag, int64_t row, double value) {
    SharedTable& table = core.table();
    const uint64_t base = core.table_base(16);
    const uint64_t slot = probe(table, base, 16, tag, true);
    if (table[slot].tag == SharedTable::kEmpty) {
      table[slot] = {tag, 0.0, 0};
      issue(slots().insert_new);
      scratchpad(row_count_address(row), true);
      ++row_count(row);
    }
    issue(slots().accumulate);
    scratchpad(base + slot * 16 + 8, true);
    table[slot].value += value;
  }

  /// V3 of SMASH: the slot holds an offset into storage in memory. A new entry takes the next offset of its row,
  /// writes column and value there and then publishes the offset; a known one is a remote atomic on its value.
  void insert_tag_offset(const MicroOp& op, uint64_t tag, int64_t row, int32_t column, double value) {
    SharedTable& table = core.table();
    const uint64_t base = core.table_base(8);
    const uint64_t slot = probe(table, base, 8, tag, false);
    const Array& values = array(accumulator().dense_value);
    auto* value_data = static_cast<double*>(data(accumulator().dense_value));
    if (table[slot].tag == tag) {
      const int64_t at = integer(op.d) + table[slot].offset;
      issue(slots().offset_hit);
      memory(AccessKind::Atomic, address_of(values, at), values.bytes, op.source);
      value_data[at] += value;
      return;
    }
    issue(slots().offset_new);
    scratchpad(row_count_address(row), true);
    const auto offset = static_cast<uint32_t>(row_count(row)++);
    const int64_t at = integer(op.d) + offset;
    const Array& columns = array(accumulator().dense_column);
    issue(1);
    memory(AccessKind::Write, address_of(columns, at), columns.bytes, op.source);
    issue(1);
    memory(AccessKind::Write, address_of(values, at), values.bytes, op.source);
    issue(1);
    scratchpad(base + slot * 8, true);
    table[slot] = {tag, 0.0, offset};
    static_cast<int32_t*>(data(accumulator().dense_column))[at] = column;
    value_data[at] = value;
  }

  // --- shared table: drain by threads

  void drain_begin(const MicroOp& op) {
    issue(op.slots);
    const uint64_t share = (core.table().size() + core.members_ - 1) / core.members_;
    thread.drain_cursor = std::min(thread.id * share, core.table().size());
    thread.drain_end = std::min(thread.drain_cursor + share, core.table().size());
  }

  /// Looks at slots from the thread's cursor on, a few at a time, until one holds an entry.
  bool drain_next(const MicroOp& op) {
    constexpr uint64_t kTogether = 8;
    SharedTable& table = core.table();
    while (thread.drain_cursor < thread.drain_end) {
      const uint64_t stop = std::min(thread.drain_cursor + kTogether, thread.drain_end);
      uint64_t slot = thread.drain_cursor;
      while (slot < stop && table[slot].tag == SharedTable::kEmpty) ++slot;
      const uint64_t looked_at = slot - thread.drain_cursor + (slot < stop ? 1 : 0);
      issue(looked_at * slots().drain_empty);
      wait_until(Cause::Scratchpad, now + core.scratchpad_.walk(looked_at, 0, false));
      thread.drain_cursor = slot;
      if (slot == stop) continue;
      issue(op.slots + slots().drain_entry);
      scratchpad(core.table_base(16) + slot * 16 + 8);
      scratchpad(core.table_base(16) + slot * 16);
      const uint64_t column_mask = (uint64_t{1} << accumulator().column_bits) - 1;
      integer(op.a) = core.group_.begin + static_cast<int64_t>(table[slot].tag >> accumulator().column_bits);
      integer(op.b) = static_cast<int64_t>(table[slot].tag & column_mask);
      real(op.c) = table[slot].value;
      table[slot] = SharedTable::Slot{};
      ++thread.drain_cursor;
      return true;
    }
    return false;
  }

  // --- results

  void emit(const MicroOp& op) {
    const program::Program& code = core.run_->program;
    const auto position = static_cast<uint64_t>(integer(op.d));
    issue(op.slots);
    memory(AccessKind::Write, code.result_column_base + position * 4, 4, op.source);
    issue(1);
    memory(AccessKind::Write, code.result_value_base + position * 8, 8, op.source);
    core.run_->result.store(static_cast<int64_t>(position), static_cast<int32_t>(integer(op.b)), real(op.c));
  }

  void emit_row(const MicroOp& op) {
    issue(op.slots);
    memory(AccessKind::Write, core.run_->program.result_start_base + static_cast<uint64_t>(integer(op.a)) * 8, 8,
           op.source);
    core.run_->result.add_piece(integer(op.a), integer(op.b), integer(op.c));
  }

  // --- work distribution

  /// The thread's next task of the group, or false where none is left.
  bool task_next(const MicroOp& op) {
    issue(op.slots);
    const program::Assignment assignment = core.run_->program.task_assignment;
    if (assignment == program::Assignment::Dynamic) {
      const uint64_t served = core.queue_engine_.book(now);
      wait_until(Cause::Queue, served + core.parameters_.dequeue_cycles);
      if (core.next_task_ >= core.group_.end) return false;
      integer(op.a) = core.next_task_++;
      return true;
    }
    if (thread.next_static_task >= core.group_.end) return false;
    integer(op.a) = thread.next_static_task;
    thread.next_static_task += core.members_;
    return true;
  }
};

}  // namespace weft::sim
