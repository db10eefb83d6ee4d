// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "sim/core/stepper.h"

namespace weft::sim {

/// The micro-operations of one thread: what each computes and what it costs. `kStallOnUse` marks a
/// single-threaded core, where a load returns at once and the first use of its register waits.
template <bool kStallOnUse>
struct Interpreter : Stepper {
  using MicroOp = program::MicroOp;
  using Array = BoundArray;

  Interpreter(CoreModel& model, Thread& hardware_thread, SlotCalendar& issue_port)
      : Stepper{model, hardware_thread, issue_port, hardware_thread.now} {}

  const Array* const arrays = core.arrays_.data();
  const program::Program& code = core.run_->program;

  int64_t& integer(uint8_t r) { return thread.reg[r].integer; }
  double& real(uint8_t r) { return thread.reg[r].real; }
  void* data(int32_t id) const { return arrays[id].data; }
  const Array& array(int32_t id) const { return arrays[id]; }
  const program::Accumulator& accumulator() { return code.accumulator; }
  const program::SlotTable& slots() { return code.slots; }

  void use(uint8_t r) {
    if constexpr (kStallOnUse) wait_until(Cause::Memory, thread.ready[r]);
  }

  // --- scalars

  /// Executes operations from `pc` on up to the next one that takes more than issue slots, and
  /// returns where that is. Every loop of a program contains one.
  uint32_t run_scalars(const MicroOp* operations, uint32_t pc) {
    using program::Opcode;
    Register* const reg = thread.reg.data();
    uint64_t owed = thread.pending_slots;
    for (;; ++pc) {
      const MicroOp& op = operations[pc];
      const auto jump_if = [&](bool taken) {
        if (taken) pc = static_cast<uint32_t>(op.target) - 1;
      };
      if (op.op > program::kLastScalar) break;
      if constexpr (kStallOnUse) wait_for_operands(op);
      owed += op.slots;
      switch (op.op) {
        case Opcode::Set:
          reg[op.a].integer = op.immediate;
          break;
        case Opcode::Move:
          reg[op.a] = reg[op.b];
          break;
        case Opcode::Add:
          reg[op.a].integer = reg[op.b].integer + reg[op.c].integer;
          break;
        case Opcode::AddImmediate:
          reg[op.a].integer = reg[op.b].integer + op.immediate;
          break;
        case Opcode::Subtract:
          reg[op.a].integer = reg[op.b].integer - reg[op.c].integer;
          break;
        case Opcode::Minimum:
          reg[op.a].integer = std::min(reg[op.b].integer, reg[op.c].integer);
          break;
        case Opcode::MultiplyReal:
          reg[op.a].real = reg[op.b].real * reg[op.c].real;
          break;
        case Opcode::AddReal:
          reg[op.a].real = reg[op.b].real + reg[op.c].real;
          break;
        case Opcode::JumpIfLess:
          jump_if(reg[op.a].integer < reg[op.b].integer);
          break;
        case Opcode::JumpIfNotLess:
          jump_if(reg[op.a].integer >= reg[op.b].integer);
          break;
        case Opcode::JumpIfNotEqual:
          jump_if(reg[op.a].integer != reg[op.b].integer);
          break;
        case Opcode::Jump:
          jump_if(true);
          break;
        case Opcode::TableOffset:
          reg[op.a].integer = op.immediate * core.table_number();
          break;
        default:
          thread_share(op);
          break;
      }
    }
    thread.pending_slots = owed;
    return pc;
  }

  void wait_for_operands(const MicroOp& op) {
    use(op.a);
    use(op.b);
    use(op.c);
  }

  /// A block of [0, c) for this thread of its core, or of the machine.
  void thread_share(const MicroOp& op) {
    const bool machine = op.immediate == program::kWholeMachine;
    const int64_t count = integer(op.c);
    const int64_t sharers = machine ? integer(1) : core.members_;
    const int64_t share = (count + sharers - 1) / sharers;
    const int64_t begin = std::min(share * (machine ? integer(0) : thread.id), count);
    integer(op.b) = std::min(begin + share, count);
    integer(op.a) = begin;
  }

  // --- memory

  uint64_t address_of(const Array& target, int64_t index) const {
    const uint64_t element = static_cast<uint64_t>(index) & target.index_mask;
    return target.base + thread.id * target.thread_stride + element * target.bytes;
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

  /// Reads element `index` of an array in time; a single-threaded core goes on and `to_register` is
  /// ready later.
  void timed_read(const Array& source, int64_t index, uint16_t charged_to, uint8_t to_register) {
    const uint64_t address = address_of(source, index);
    if (source.space == program::Space::Scratchpad) {
      scratchpad(address);
      return;
    }
    issue(0);
    const bool cached = source.space == program::Space::Cached;
    const uint64_t done = cached ? cache_done(address, charged_to)
                                 : memory_done(AccessKind::Read, address, source.bytes, charged_to);
    if constexpr (kStallOnUse) {
      thread.ready[to_register] = done;
    } else {
      wait_until(
          cached && done == now + core.parameters_.cache.hit_cycles ? Cause::Cache : Cause::Memory,
          done);
    }
  }

  void load(const MicroOp& op) {
    use(op.b);
    const Array& source = array(op.array);
    const int64_t index = integer(op.b) + op.immediate;
    owe(op.slots);
    timed_read(source, index, op.source, op.a);
    load_value(source, source.data, index, thread.reg[op.a]);
  }

  void store(const MicroOp& op) {
    use(op.a);
    use(op.b);
    const Array& target = array(op.array);
    const int64_t index = integer(op.b) + op.immediate;
    owe(op.slots);
    if (target.space == program::Space::Scratchpad) {
      scratchpad(address_of(target, index));
    } else {
      issue(0);
      memory(AccessKind::Write, address_of(target, index), target.bytes, op.source);
    }
    store_value(target, target.data, index, thread.reg[op.a]);
  }

  void atomic_add(const MicroOp& op) {
    const Array& target = array(op.array);
    const int64_t index = integer(op.b) + op.immediate;
    owe(op.slots);
    if (target.space == program::Space::Scratchpad) {
      scratchpad(address_of(target, index), true);
    } else {
      issue(0);
      memory(AccessKind::Atomic, address_of(target, index), target.bytes, op.source);
    }
    Register old{};
    load_value(target, target.data, index, old);
    Register sum = old;
    sum.integer += integer(op.c);
    store_value(target, target.data, index, sum);
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
      prefetch_elements(source, begin, count);
      done = std::max(done, core.dma_.fill(now, source.memory_base + begin * source.bytes,
                                           count * source.bytes));
    }
    integer(op.a) = static_cast<int64_t>(done);
  }

  /// Brings the host's copy of elements that a fill announces closer: they are read within
  /// microseconds.
  static void prefetch_elements(const Array& source, uint64_t begin, uint64_t count) {
    constexpr uint64_t kLine = 64;
    constexpr uint64_t kMost = 8 * kLine;
    const uint64_t width = source.type == program::ElementType::Int32 ? 4 : 8;
    const auto* from = static_cast<const char*>(source.data) + begin * width;
    for (uint64_t at = 0; at < std::min(count * width, kMost); at += kLine)
      __builtin_prefetch(from + at);
  }

  void dma_wait(const MicroOp& op) {
    issue(op.slots);
    wait_until(Cause::Dma, static_cast<uint64_t>(integer(op.a)));
  }

  /// Moves a row from the upper-bound storage to its place in the result, as two background
  /// descriptors.
  void dma_move(const MicroOp& op) {
    issue(op.slots);
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
    for (int64_t i = 0; i < count; ++i)
      core.run_->result.store(to + i, column[from + i], value[from + i]);
  }

  void dma_clear(const MicroOp& op) {
    issue(op.slots);
    const uint64_t table_bytes = accumulator().slots * program::slot_bytes(accumulator().layout);
    core.dma_.post(
        now, {.bytes = table_bytes, .group = core.groups_begun_ - 1, .clears_scratchpad = true});
    core.table().clear();
  }

  // --- shared table: inserts by atomics

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
    for (; at < end && now < until; ++at) {
      thread.pending_slots += op.slots;
      dependent_accesses(2, false);
      product.column = static_cast<const int32_t*>(columns.data)[at];
      product.value = scale * static_cast<const double*>(values.data)[at];
      prefetch_slot(columns, at, product.region);
      if (in_pass(product.column)) insert<false>(product);
    }
    integer(op.b) = at;
    return at == end;
  }

  /// Brings the host's copy of a slot closer that an insert of the same row will look at a few
  /// products later.
  void prefetch_slot(const Array& columns, int64_t at, program::Region region) {
    constexpr int64_t kAhead = 6;
    if (at + kAhead >= columns.count) return;
    core.table().prefetch(region, static_cast<const int32_t*>(columns.data)[at + kAhead]);
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
    memory(AccessKind::Write, address_of(columns, at), columns.bytes, product.source);
    issue(1);
    memory(AccessKind::Write, address_of(values, at), values.bytes, product.source);
    owe(1);
    table_access<kBookBanks>(base + found.slot * kSlotBytes, true);
    core.table().put(found.slot, product.column, offset);
    static_cast<int32_t*>(columns.data)[at] = product.column;
    value_data[at] = product.value;
  }

  // --- shared table: drain by threads

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

  // --- results

  void emit(const MicroOp& op) {
    const auto position = static_cast<uint64_t>(integer(op.d));
    issue(op.slots);
    memory(AccessKind::Write, code.result_column_base + position * 4, 4, op.source);
    issue(1);
    memory(AccessKind::Write, code.result_value_base + position * 8, 8, op.source);
    core.run_->result.store(static_cast<int64_t>(position), static_cast<int32_t>(integer(op.b)),
                            real(op.c));
  }

  void emit_row(const MicroOp& op) {
    issue(op.slots);
    memory(AccessKind::Write, code.result_start_base + static_cast<uint64_t>(integer(op.a)) * 8, 8,
           op.source);
    core.run_->result.add_piece(integer(op.a), integer(op.b), integer(op.c));
  }

  // --- work distribution

  /// The thread's next task of the group, or false where none is left.
  bool task_next(const MicroOp& op) {
    issue(op.slots);
    const program::Assignment assignment = code.task_assignment;
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
