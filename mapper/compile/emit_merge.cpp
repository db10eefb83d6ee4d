// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

// Gustavson's algorithm with a merge: the rows of B that a row of A names are sorted, so a heap of
// their heads yields the row of C in order. A row that names more rows of B than the heap has ways
// is merged in several passes: runs of as many rows as fit are spilled to memory and then merged in
// turn, until one merge is left, which writes to C.
// Azad et al., Exploiting multiple levels of parallelism in sparse matrix-matrix multiplication,
// SIAM J. Sci. Comput. 38(6), 2016.

namespace weft::mapper {

using program::ElementType;
using program::Opcode;

namespace {

constexpr uint64_t kHeapEntryBytes = 32;  // column, cursor, end, scale

/// Opens fibers until none is left or the heap is full.
void emit_open(ProgramBuilder& builder, const FiberSource& fibers) {
  Steps steps(builder);
  const auto loop = steps.label(), opened = steps.label();
  steps.set(reg::kMore, builder.plan.merge_ways);
  steps.place(loop);
  steps.if_not_less(fibers.cursor, fibers.end, opened);
  steps.if_not_less(reg::kZero, reg::kMore, opened);
  fibers.open_next();
  steps.add_immediate(reg::kMore, reg::kMore, -1);
  steps.go(loop);
  steps.place(opened);
}

/// Merges what is open; `consume` gets each column (kColumn) with its sum (kProduct).
void emit_merged(ProgramBuilder& builder, const std::function<void()>& consume) {
  Steps steps(builder);
  const ScalarSlots& s = builder.target.scalar;
  const auto loop = steps.label(), done = steps.label();
  steps.place(loop);
  builder.attribute(builder.plan.lines.accumulate, "merge", "Z", "accum");
  // A load each of column and value, the second charged with its read, and the advance.
  const auto slots = static_cast<uint16_t>(s.load + s.loop);
  builder.code.jump(
      {.op = Opcode::MergeNext, .a = reg::kColumn, .b = reg::kProduct, .slots = slots}, done);
  consume();
  steps.go(loop);
  steps.place(done);
}

}  // namespace

void lay_out_merge(ProgramBuilder& builder, uint64_t longest_spill) {
  const FabricTarget& target = builder.target;
  program::Accumulator& accumulator = builder.kernel.program.accumulator;
  const uint64_t threads = target.threads_per_core;
  const uint64_t ways = builder.plan.merge_ways;
  accumulator.kind = program::AccumulatorKind::Merge;
  accumulator.merge_ways = builder.plan.merge_ways;
  accumulator.thread_stride = ways * kHeapEntryBytes;
  accumulator.base = builder.scratchpad_space(accumulator.thread_stride * threads);
  for (uint64_t fewer = ways / 2; fewer >= 2; fewer /= 2) {
    builder.offer(fmt::format("accum ways: {}", fewer), (ways - fewer) * kHeapEntryBytes * threads);
  }
  accumulator.merge_column = builder.arrays.b_column;
  accumulator.merge_value = builder.arrays.b_value;
  // A run is read while the next level is written: twice the longest row at a time.
  accumulator.spill_entries = std::max<uint64_t>(2 * longest_spill, 1);
  const uint64_t entries = accumulator.spill_entries * threads * target.cores;
  accumulator.spill_column =
      builder.address_array("spill.crd", "Z", ElementType::Int32, target.index_bytes, entries);
  accumulator.spill_value =
      builder.address_array("spill.val", "Z", ElementType::Real64, 8, entries);
}

void emit_merge(ProgramBuilder& builder, const FiberSource& fibers) {
  Steps steps(builder);
  const ScalarSlots& s = builder.target.scalar;
  const auto batch = steps.label(), spill = steps.label(), last = steps.label();
  steps.set(reg::kCount, 0);
  steps.set(reg::kSpilled, 0);
  steps.place(batch);
  emit_open(builder, fibers);
  steps.if_less(fibers.cursor, fibers.end, spill);
  steps.if_not_less(reg::kZero, reg::kSpilled, last);
  steps.place(spill);
  emit_merged(builder, [&] {
    builder.attribute(builder.plan.lines.accumulate, "merge", "Z", "spill");
    builder.code.emit({.op = Opcode::RunAppend,
                       .a = reg::kColumn,
                       .b = reg::kProduct,
                       .slots = static_cast<uint16_t>(s.load + s.loop)});
  });
  builder.code.emit({.op = Opcode::RunClose, .slots = s.add});
  steps.set(reg::kSpilled, 1);
  steps.if_less(fibers.cursor, fibers.end, batch);
  builder.code.emit({.op = Opcode::RunsOpen, .a = reg::kMore, .slots = s.loop});
  steps.if_less(reg::kZero, reg::kMore, spill);
  steps.place(last);
  emit_merged(builder, [&] {
    builder.attribute(builder.plan.lines.accumulate, "merge", "Z", "writeback");
    steps.emit_entry(reg::kRow, reg::kColumn, reg::kProduct, reg::kPosition);
    steps.add_immediate(reg::kCount, reg::kCount, 1);
  });
  steps.subtract(reg::kPosition, reg::kPosition, reg::kCount);
  steps.emit_row(reg::kRow, reg::kPosition, reg::kCount);
}

uint64_t emit_row_merge(ProgramBuilder& builder, const SpgemmOperands& operands) {
  const int64_t rows = operands.a.rows;
  Steps steps(builder);
  int64_t longest = 0;
  for (int64_t row = 0; row < rows; ++row) {
    if (operands.a.row_nnz(row) <= int64_t{builder.plan.merge_ways}) continue;
    longest = std::max(longest, operands.row_flops[static_cast<size_t>(row)]);
  }
  lay_out_merge(builder, static_cast<uint64_t>(longest));
  program::Accumulator& accumulator = builder.kernel.program.accumulator;
  accumulator.merge_scales = true;
  accumulator.stored_column = accumulator.merge_column;
  accumulator.stored_value = accumulator.merge_value;
  emit_row_counts(builder, rows);
  emit_upper_bounds(builder, builder.arrays.flops, rows, operands.b.cols);
  builder.begin_phase("multiply");
  emit_tasks(builder, rows, [&] {
    steps.move(reg::kRow, reg::kTask);
    steps.gather(reg::kPosition, builder.arrays.task_position, reg::kTask);
    emit_locate_row(builder);
    emit_merge(builder, {reg::kA, reg::kAEnd, [&] {
                           emit_fetch(builder, {reg::kAValue, reg::kB, reg::kBEnd});
                           builder.code.emit({.op = Opcode::MergeOpen,
                                              .a = reg::kAValue,
                                              .b = reg::kB,
                                              .c = reg::kBEnd,
                                              .slots = builder.target.scalar.loop});
                         }});
  });
  return static_cast<uint64_t>(operands.bound_start.back());
}

}  // namespace weft::mapper
