// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

namespace weft::mapper {

using program::ElementType;
using program::Opcode;

namespace {

/// Storage of a window: its table, the entries counted in each row, where the rows begin in C, and
/// the partial sums of the scan over rows.
void lay_out(ProgramBuilder& builder, const SpgemmOperands& operands, const Windows& windows) {
  const SpgemmPlan& plan = builder.plan;
  program::Accumulator& accumulator = builder.kernel.program.accumulator;
  accumulator.kind = program::AccumulatorKind::Hash;
  accumulator.shared = true;
  accumulator.bits = plan.bits;
  accumulator.layout = plan.layout;
  accumulator.slots = plan.slots;
  accumulator.tables = plan.tables;
  accumulator.columns = static_cast<uint64_t>(operands.b.cols);
  accumulator.base =
      builder.scratchpad_space(plan.slots * plan.tables * program::slot_bytes(plan.layout));
  for (uint64_t slots = plan.slots / 2; slots >= 64; slots /= 2) {
    builder.offer(fmt::format("accum slots: {}", slots),
                  (plan.slots - slots) * plan.tables * program::slot_bytes(plan.layout));
  }
  ArrayIds& arrays = builder.arrays;
  arrays.row_count = builder.scratchpad_array("row_count", ElementType::Int32, 4, kMaxWindowRows);
  arrays.row_position =
      builder.scratchpad_array("row_position", ElementType::Int64, 8, kMaxWindowRows);
  arrays.group_base = builder.scratchpad_array("group_base", ElementType::Int64, 8, 1);
  const bool offsets = plan.layout == program::TableLayout::TagOffset;
  const bool owned = !builder.places.work.empty();
  arrays.result_cursor =
      builder.row_array("Z.cursor", ElementType::Int64, 8, owned ? windows.regions.size() : 1);
  accumulator.row_count = arrays.row_count;
  arrays.region = builder.row_array("Z.region", ElementType::Int64, 8, windows.regions.size(),
                                    windows.regions.data());
  if (offsets || owned) {
    arrays.bound_start = builder.row_array(
        "Z.bound", ElementType::Int64, 8, operands.bound_start.size(), operands.bound_start.data());
  }
  if (offsets) {
    const uint64_t entries = windows.capacity * plan.tables;
    arrays.dense_column = builder.local_array("Z.entries.crd", "Z", ElementType::Int32,
                                              builder.target.index_bytes, entries);
    arrays.dense_value = builder.local_array("Z.entries.val", "Z", ElementType::Real64, 8, entries);
    accumulator.dense_column = arrays.dense_column;
    accumulator.dense_value = arrays.dense_value;
  }
}

/// One product into the shared table.
void emit_insert(ProgramBuilder& builder) {
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "accum");
  builder.code.emit({.op = Opcode::Insert,
                     .a = reg::kRow,
                     .b = reg::kColumn,
                     .c = reg::kProduct,
                     .d = reg::kRowBound,
                     .immediate = reg::kConstant});
}

/// All products of a piece of B in the thread's buffers: two loads, a multiplication, the insert
/// and the loop.
void emit_insert_run(ProgramBuilder& builder) {
  const ScalarSlots& s = builder.target.scalar;
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "accum");
  builder.code.emit({.op = Opcode::InsertRun,
                     .a = reg::kRow,
                     .b = reg::kB,
                     .c = reg::kBEnd,
                     .d = reg::kRowBound,
                     .slots = static_cast<uint16_t>(2 * s.load + s.multiply + s.loop),
                     .array = builder.arrays.b_column_held,
                     .array2 = builder.arrays.b_value_held,
                     .immediate = program::insert_run_registers(reg::kConstant, reg::kAValue)});
}

/// The rows of a window, each multiplied into the shared table by one thread.
void emit_hash(ProgramBuilder& builder, uint64_t capacity) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const PlanLines& lines = builder.plan.lines;
  const bool offsets = builder.plan.layout == program::TableLayout::TagOffset;
  const auto rows = code.label(), done = code.label();
  if (offsets) {
    builder.attribute(lines.accumulate, "mul", "Z", "accum");
    if (builder.plan.tables > 1 || builder.plan.dma_writeback)
      code.emit({.op = Opcode::DmaFence, .slots = s.branch});
    code.emit({.op = Opcode::Load,
               .a = reg::kGroupBound,
               .b = reg::kGroupBegin,
               .slots = static_cast<uint16_t>(s.load + s.index),
               .array = builder.arrays.bound_start});
    code.emit({.op = Opcode::TableOffset,
               .a = reg::kTemporary,
               .slots = s.move,
               .immediate = static_cast<int64_t>(capacity)});
    code.emit({.op = Opcode::Subtract,
               .a = reg::kGroupBound,
               .b = reg::kGroupBound,
               .c = reg::kTemporary,
               .slots = s.add});
  }
  code.place(rows);
  builder.attribute(lines.balance, "mul", "A", "balance");
  const bool tokens = builder.plan.grain > 0;
  code.jump({.op = Opcode::TaskNext, .a = tokens ? reg::kTemporary : reg::kRow, .slots = s.task},
            done);
  if (tokens) emit_fetch_token(builder);
  builder.attribute(lines.accumulate, "mul", "Z", "accum");
  code.emit({.op = Opcode::Load,
             .a = reg::kConstant,
             .b = reg::kRow,
             .slots = static_cast<uint16_t>(s.load + s.index),
             .array = builder.arrays.region});
  if (offsets) {
    code.emit({.op = Opcode::Load,
               .a = reg::kRowBound,
               .b = reg::kRow,
               .slots = static_cast<uint16_t>(s.load + s.index),
               .array = builder.arrays.bound_start});
    code.emit({.op = Opcode::Subtract,
               .a = reg::kRowBound,
               .b = reg::kRowBound,
               .c = reg::kGroupBound,
               .slots = s.add});
  }
  emit_row_products(
      builder, [&] { emit_insert(builder); }, {.located = tokens},
      [&] { emit_insert_run(builder); });
  code.jump({.op = Opcode::Jump, .slots = s.branch}, rows);
  code.place(done);
  builder.attribute(lines.balance, "mul", "Z", "balance");
  code.emit({.op = Opcode::Barrier, .slots = s.barrier});
}

/// kTemporary = where the window's kSum entries begin in C: behind those of the windows before it,
/// or, where rows have owners, at the bound of its first row, behind earlier passes over it.
void emit_window_position(ProgramBuilder& builder) {
  Steps steps(builder);
  const ArrayIds& arrays = builder.arrays;
  const bool owned = !builder.places.work.empty();
  steps.atomic_add(reg::kTemporary, arrays.result_cursor, owned ? reg::kGroupBegin : reg::kZero,
                   reg::kSum);
  if (!owned) return;
  steps.load(reg::kMore, arrays.bound_start, reg::kGroupBegin);
  steps.add(reg::kTemporary, reg::kTemporary, reg::kMore);
}

/// Sums the entries of the thread's block of rows; then every thread knows what the threads before
/// it have, and the first one takes the window's place in C.
void emit_row_scan(ProgramBuilder& builder) {
  Steps steps(builder);
  const ScalarSlots& s = builder.target.scalar;
  const ArrayIds& arrays = builder.arrays;
  const auto followers = steps.label();
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "row scan");
  steps.subtract(reg::kCount, reg::kGroupEnd, reg::kGroupBegin);
  builder.code.emit({.op = Opcode::ThreadShare,
                     .a = reg::kIndex,
                     .b = reg::kLimit,
                     .c = reg::kCount,
                     .slots = s.share});
  emit_core_prefix(builder, [&](uint8_t row) { steps.load(reg::kCount, arrays.row_count, row); });
  steps.if_not_equal(reg::kThread, reg::kZero, followers);
  steps.set(reg::kSum, 0);
  steps.count_up(reg::kMore, reg::kThreads, [&] {
    steps.load(reg::kTemporary, arrays.partial_sum, reg::kMore);
    steps.add(reg::kSum, reg::kSum, reg::kTemporary);
  });
  emit_window_position(builder);
  steps.store(reg::kTemporary, arrays.group_base, reg::kZero);
  steps.place(followers);
  steps.core_barrier();
  steps.load(reg::kTemporary, arrays.group_base, reg::kZero);
  steps.add(reg::kPosition, reg::kPosition, reg::kTemporary);
}

/// Copies a row from the upper-bound storage to its place, entry by entry: loads and stores of the
/// thread.
void emit_row_copy(ProgramBuilder& builder) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const auto loop = code.label(), done = code.label();
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "writeback");
  code.emit(
      {.op = Opcode::Add, .a = reg::kA, .b = reg::kRowBound, .c = reg::kZero, .slots = s.move});
  code.emit(
      {.op = Opcode::Add, .a = reg::kAEnd, .b = reg::kRowBound, .c = reg::kCount, .slots = s.add});
  code.emit({.op = Opcode::Move, .a = reg::kMore, .b = reg::kPosition, .slots = s.move});
  code.place(loop);
  code.jump({.op = Opcode::JumpIfNotLess, .a = reg::kA, .b = reg::kAEnd, .slots = s.branch}, done);
  code.emit({.op = Opcode::Load,
             .a = reg::kColumn,
             .b = reg::kA,
             .slots = s.load,
             .array = builder.arrays.dense_column});
  code.emit({.op = Opcode::Load,
             .a = reg::kProduct,
             .b = reg::kA,
             .slots = s.load,
             .array = builder.arrays.dense_value});
  code.emit({.op = Opcode::Emit,
             .a = reg::kRow,
             .b = reg::kColumn,
             .c = reg::kProduct,
             .d = reg::kMore,
             .slots = s.load});
  code.emit(
      {.op = Opcode::AddImmediate, .a = reg::kA, .b = reg::kA, .slots = s.loop, .immediate = 1});
  code.emit({.op = Opcode::AddImmediate,
             .a = reg::kMore,
             .b = reg::kMore,
             .slots = static_cast<uint16_t>(2 * s.add),
             .immediate = 1});
  code.jump({.op = Opcode::Jump}, loop);
  code.place(done);
}

/// Posts the move of a row whose values lie in memory, where its bound has room, to its place in C.
void emit_row_move(ProgramBuilder& builder) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  code.emit({.op = Opcode::Load,
             .a = reg::kRowBound,
             .b = reg::kRow,
             .slots = s.load,
             .array = builder.arrays.bound_start});
  code.emit({.op = Opcode::Subtract,
             .a = reg::kRowBound,
             .b = reg::kRowBound,
             .c = reg::kGroupBound,
             .slots = s.add});
  if (builder.plan.dma_writeback) {
    builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "writeback");
    code.emit({.op = Opcode::DmaMove,
               .b = reg::kRowBound,
               .c = reg::kCount,
               .d = reg::kPosition,
               .slots = static_cast<uint16_t>(2 * s.dma)});
  } else {
    emit_row_copy(builder);
  }
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "row starts");
}

/// Writes where each row of the thread's block begins in C, resets its count and, where values lie
/// in memory, posts the row's move to its place.
void emit_row_starts(ProgramBuilder& builder) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const ArrayIds& arrays = builder.arrays;
  const auto loop = code.label(), done = code.label();
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "row starts");
  code.place(loop);
  code.jump({.op = Opcode::JumpIfNotLess, .a = reg::kIndex, .b = reg::kLimit, .slots = s.branch},
            done);
  code.emit({.op = Opcode::Load,
             .a = reg::kCount,
             .b = reg::kIndex,
             .slots = s.load,
             .array = arrays.row_count});
  code.emit({.op = Opcode::Store,
             .a = reg::kPosition,
             .b = reg::kIndex,
             .slots = s.load,
             .array = arrays.row_position});
  code.emit({.op = Opcode::Store,
             .a = reg::kZero,
             .b = reg::kIndex,
             .slots = s.load,
             .array = arrays.row_count});
  code.emit(
      {.op = Opcode::Add, .a = reg::kRow, .b = reg::kGroupBegin, .c = reg::kIndex, .slots = s.add});
  code.emit({.op = Opcode::EmitRow,
             .a = reg::kRow,
             .b = reg::kPosition,
             .c = reg::kCount,
             .slots = s.load});
  if (builder.plan.layout == program::TableLayout::TagOffset) emit_row_move(builder);
  code.emit({.op = Opcode::Add,
             .a = reg::kPosition,
             .b = reg::kPosition,
             .c = reg::kCount,
             .slots = s.add});
  code.emit({.op = Opcode::AddImmediate,
             .a = reg::kIndex,
             .b = reg::kIndex,
             .slots = s.add,
             .immediate = 1});
  code.jump({.op = Opcode::Jump, .slots = s.branch}, loop);
  code.place(done);
}

/// The table's entries written back by the threads, each its share of the slots.
void emit_table_writeback(ProgramBuilder& builder) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const auto loop = code.label(), done = code.label();
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "writeback");
  code.emit({.op = Opcode::Barrier, .slots = s.barrier});
  code.emit({.op = Opcode::DrainBegin, .slots = s.share});
  code.place(loop);
  code.jump({.op = Opcode::DrainNext, .a = reg::kRow, .b = reg::kColumn, .c = reg::kProduct}, done);
  code.emit({.op = Opcode::Subtract,
             .a = reg::kIndex,
             .b = reg::kRow,
             .c = reg::kGroupBegin,
             .slots = s.add});
  code.emit({.op = Opcode::Set, .a = reg::kCount, .slots = s.move, .immediate = 1});
  code.emit({.op = Opcode::AtomicAdd,
             .a = reg::kPosition,
             .b = reg::kIndex,
             .c = reg::kCount,
             .slots = static_cast<uint16_t>(s.load + s.index),
             .array = builder.arrays.row_position});
  code.emit({.op = Opcode::Emit,
             .a = reg::kRow,
             .b = reg::kColumn,
             .c = reg::kProduct,
             .d = reg::kPosition,
             .slots = static_cast<uint16_t>(s.load + 2 * s.index)});
  code.jump({.op = Opcode::Jump, .slots = s.branch}, loop);
  code.place(done);
}

/// The tag-offset table written back by the DMA engine leaves only its own clearing to post.
void emit_dma_clear(ProgramBuilder& builder) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const auto others = code.label();
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "writeback");
  code.emit({.op = Opcode::Barrier, .slots = s.barrier});
  code.jump({.op = Opcode::JumpIfNotEqual, .a = reg::kThread, .b = reg::kZero, .slots = s.branch},
            others);
  code.emit({.op = Opcode::DmaClear, .slots = s.dma});
  code.place(others);
}

/// The tag-offset table emptied by the threads that copied its rows.
void emit_thread_clear(ProgramBuilder& builder) {
  const ScalarSlots& s = builder.target.scalar;
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "writeback");
  builder.code.emit({.op = Opcode::Barrier, .slots = s.barrier});
  builder.code.emit({.op = Opcode::TableClear, .slots = s.share});
}

}  // namespace

uint64_t emit_windows(ProgramBuilder& builder, const SpgemmOperands& operands) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const SpgemmPlan& plan = builder.plan;
  auto windows = std::make_shared<const Windows>(
      pack_windows(operands, plan.slots, plan.load_factor, plan.grain, builder.places.work,
                   builder.target.cores));
  const uint64_t capacity = windows->capacity;
  lay_out(builder, operands, *windows);
  builder.kernel.owned.push_back(windows);
  builder.kernel.program.groups = windows->groups;
  builder.kernel.program.owned_groups = windows->owned;
  builder.entries_of_c = Dealing::by_rows(builder.places.work, operands.bound_start);
  builder.kernel.program.task_assignment = plan.rows;
  const auto loop = code.label(), done = code.label();
  builder.attribute(plan.lines.window, "mul", "Z", "window");
  code.emit({.op = Opcode::PhaseBegin, .immediate = builder.phase("multiply")});
  code.emit({.op = Opcode::Set, .a = reg::kZero, .slots = s.move, .immediate = 0});
  code.place(loop);
  builder.attribute(plan.lines.window, "mul", "Z", "window");
  code.jump(
      {.op = Opcode::GroupNext, .a = reg::kGroupBegin, .b = reg::kGroupEnd, .slots = s.barrier},
      done);
  emit_hash(builder, capacity);
  emit_row_scan(builder);
  emit_row_starts(builder);
  if (plan.layout == program::TableLayout::TagData) {
    emit_table_writeback(builder);
  } else if (plan.dma_writeback) {
    emit_dma_clear(builder);
  } else {
    emit_thread_clear(builder);
  }
  code.jump({.op = Opcode::Jump, .slots = s.branch}, loop);
  code.place(done);
  return static_cast<uint64_t>(operands.bound_start.back());
}

}  // namespace weft::mapper
