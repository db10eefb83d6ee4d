// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

// The inner product: the threads of a core share a row of A and take the columns of B in turn; each
// pair of fibers is intersected by a merge, and every pair with a common coordinate is an entry of
// C. Each row reads all of B, so this pays only where C is small or dense.
// A row of C takes the space for all columns of B from a counter in memory, and its entries are
// numbered by an atomic in the scratchpad.

namespace weft::mapper {

using program::ElementType;
using program::Opcode;

namespace {

void lay_out(ProgramBuilder& builder, const SpgemmOperands& operands) {
  ArrayIds& arrays = builder.arrays;
  arrays.row_count = builder.scratchpad_array("row_count", ElementType::Int64, 8, 1);
  arrays.group_base = builder.scratchpad_array("row_base", ElementType::Int64, 8, 1);
  arrays.result_cursor = builder.memory_array({"C.cursor", "Z", ElementType::Int64, 8, 1});
  if (!builder.plan.a.dma) return;
  int64_t longest = 1;
  for (int64_t row = 0; row < operands.a.rows; ++row) {
    longest = std::max(longest, operands.a.row_nnz(row));
  }
  const uint64_t elements = std::bit_ceil(static_cast<uint64_t>(longest));
  arrays.a_column_held = builder.shared_held_array(arrays.a_column, elements);
  arrays.a_value_held = builder.shared_held_array(arrays.a_value, elements);
  builder.offer("A without hold", elements * (builder.target.index_bytes + 8));
}

/// Thread 0 fetches the row of A, clears the count and takes the row's space in C.
void emit_prepare(ProgramBuilder& builder, int64_t cols) {
  Steps steps(builder);
  const ScalarSlots& s = builder.target.scalar;
  const ArrayIds& arrays = builder.arrays;
  const auto others = steps.label();
  steps.if_not_equal(reg::kThread, reg::kZero, others);
  if (builder.plan.a.dma) {
    builder.attribute(builder.plan.lines.hold_a, "mul", "A", "hold");
    builder.code.emit({.op = Opcode::DmaFill,
                       .a = reg::kTicket,
                       .b = reg::kA,
                       .c = reg::kLength,
                       .slots = static_cast<uint16_t>(2 * s.dma),
                       .array = arrays.a_column_held,
                       .array2 = arrays.a_value_held});
  }
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "accum");
  steps.set(reg::kTemporary, cols);
  steps.atomic_add(reg::kPosition, arrays.result_cursor, reg::kZero, reg::kTemporary);
  steps.store(reg::kPosition, arrays.group_base, reg::kZero);
  steps.store(reg::kZero, arrays.row_count, reg::kZero);
  if (builder.plan.a.dma) {
    builder.code.emit({.op = Opcode::DmaWait, .a = reg::kTicket, .slots = s.branch});
  }
  steps.place(others);
  steps.core_barrier();
}

/// The dot product of the row of A and column kIndex of B into kSum; kMore = 1 where they meet.
void emit_dot(ProgramBuilder& builder, program::Label empty) {
  Steps steps(builder);
  const ScalarSlots& s = builder.target.scalar;
  const ArrayIds& arrays = builder.arrays;
  const PlanLines& lines = builder.plan.lines;
  const bool held = builder.plan.a.dma;
  const int16_t a_column = held ? arrays.a_column_held : arrays.a_column;
  const auto match = steps.label(), finished = steps.label();
  const auto intersect = [&](int64_t past_present) {
    builder.attribute(lines.coiterate, "mul", "B", "intersect k");
    builder.code.jump({.op = Opcode::Intersect,
                       .a = reg::kNext,
                       .b = reg::kAEnd,
                       .c = reg::kB,
                       .d = reg::kBEnd,
                       .slots = s.move,
                       .array = a_column,
                       .array2 = arrays.b_column,
                       .immediate = past_present},
                      finished);
  };
  builder.attribute(lines.statement, "mul", "B", "locate n");
  steps.gather(reg::kB, arrays.b_start, reg::kIndex);
  steps.load(reg::kBEnd, arrays.b_start, reg::kIndex, 1);
  steps.if_not_less(reg::kB, reg::kBEnd, empty);
  steps.move(reg::kNext, reg::kA);
  steps.load(reg::kTemporary, a_column, reg::kNext);
  steps.load(reg::kTemporary, arrays.b_column, reg::kB);
  steps.set(reg::kMore, 0);
  steps.set(reg::kSum, 0);
  intersect(0);
  steps.place(match);
  builder.attribute(lines.statement, "mul", "B", "multiply");
  steps.load(reg::kAValue, held ? arrays.a_value_held : arrays.a_value, reg::kNext);
  steps.load(reg::kBValue, arrays.b_value, reg::kB);
  builder.code.emit({.op = Opcode::MultiplyReal,
                     .a = reg::kProduct,
                     .b = reg::kAValue,
                     .c = reg::kBValue,
                     .slots = s.multiply});
  builder.code.emit({.op = Opcode::AddReal,
                     .a = reg::kSum,
                     .b = reg::kSum,
                     .c = reg::kProduct,
                     .slots = s.multiply});
  steps.set(reg::kMore, 1);
  intersect(1);
  steps.go(match);
  steps.place(finished);
}

/// All columns of B, dealt to the core's threads.
void emit_columns(ProgramBuilder& builder, int64_t cols) {
  Steps steps(builder);
  const ArrayIds& arrays = builder.arrays;
  steps.set(reg::kLimit, cols);
  steps.move(reg::kIndex, reg::kThread);
  steps.count_up(reg::kIndex, reg::kLimit, reg::kThreads, [&] {
    const auto nothing = steps.label();
    emit_dot(builder, nothing);
    steps.if_not_less(reg::kZero, reg::kMore, nothing);
    builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "writeback");
    steps.set(reg::kTemporary, 1);
    steps.atomic_add(reg::kPosition, arrays.row_count, reg::kZero, reg::kTemporary);
    steps.load(reg::kTemporary, arrays.group_base, reg::kZero);
    steps.add(reg::kPosition, reg::kPosition, reg::kTemporary);
    steps.emit_entry(reg::kRow, reg::kIndex, reg::kSum, reg::kPosition);
    steps.place(nothing);
  });
  steps.core_barrier();
}

/// Row kRow, by all threads of the core. An empty one costs each thread a look at A.
void emit_row(ProgramBuilder& builder, int64_t cols) {
  Steps steps(builder);
  const ArrayIds& arrays = builder.arrays;
  const auto done = steps.label(), publish = steps.label();
  builder.attribute(builder.plan.lines.statement, "mul", "A", "locate m");
  steps.gather(reg::kA, arrays.a_start, reg::kRow);
  steps.load(reg::kAEnd, arrays.a_start, reg::kRow, 1);
  steps.subtract(reg::kLength, reg::kAEnd, reg::kA);
  steps.set(reg::kCount, 0);
  steps.set(reg::kPosition, 0);
  steps.if_not_less(reg::kZero, reg::kLength, publish);
  emit_prepare(builder, cols);
  emit_columns(builder, cols);
  steps.place(publish);
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "writeback");
  steps.if_not_equal(reg::kThread, reg::kZero, done);
  const auto empty = steps.label();
  steps.if_not_less(reg::kZero, reg::kLength, empty);
  steps.load(reg::kPosition, arrays.group_base, reg::kZero);
  steps.load(reg::kCount, arrays.row_count, reg::kZero);
  steps.place(empty);
  steps.emit_row(reg::kRow, reg::kPosition, reg::kCount);
  steps.place(done);
}

}  // namespace

uint64_t emit_inner(ProgramBuilder& builder, const SpgemmOperands& operands) {
  Steps steps(builder);
  const int64_t rows = operands.a.rows;
  lay_out(builder, operands);
  const int64_t group =
      builder.target.cores == 1 ? rows : tasks_per_group(builder.plan, builder.target.cores, rows);
  for (int64_t begin = 0; begin < rows; begin += group) {
    builder.kernel.program.groups.push_back({.begin = begin, .end = std::min(begin + group, rows)});
  }
  const auto loop = steps.label(), done = steps.label();
  builder.begin_phase("multiply");
  steps.set(reg::kZero, 0);
  steps.place(loop);
  builder.attribute(builder.plan.lines.balance, "mul", "A", "balance");
  builder.code.jump({.op = Opcode::GroupNext,
                     .a = reg::kGroupBegin,
                     .b = reg::kGroupEnd,
                     .slots = builder.target.scalar.barrier},
                    done);
  steps.move(reg::kRow, reg::kGroupBegin);
  steps.count_up(reg::kRow, reg::kGroupEnd, [&] { emit_row(builder, operands.b.cols); });
  steps.go(loop);
  steps.place(done);
  int64_t occupied = 0;
  for (int64_t row = 0; row < rows; ++row) occupied += operands.a.row_nnz(row) > 0 ? 1 : 0;
  return static_cast<uint64_t>(occupied * operands.b.cols);
}

}  // namespace weft::mapper
