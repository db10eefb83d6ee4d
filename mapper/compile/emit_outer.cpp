// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

// The outer product: column k of A times row k of B gives a product for every row m of the column,
// appended to a list of row m in memory; then each list is merged. Every element of A and B is read
// once, every product is written and read. A first walk over the columns counts the products of
// each row, so that every list has its place; a thread that adds a fiber to a list reserves the
// space by an atomic at the memory.
// Pal et al., OuterSPACE: an outer product based sparse matrix multiplication accelerator, HPCA
// 2018.

namespace weft::mapper {

using program::ElementType;
using program::Opcode;

namespace {

/// Elements of lists: products, and a header for each fiber. A fiber is a row of B or, where B
/// comes in buffers, a piece of it.
struct ListSizes {
  uint64_t total = 0;
  uint64_t longest = 0;  // of those with more fibers than a merge has ways
  int64_t entries = 0;   // upper bound of C
};

ListSizes list_sizes(const SpgemmOperands& operands, int64_t piece, int64_t ways) {
  ListSizes sizes;
  for (int64_t row = 0; row < operands.a.rows; ++row) {
    int64_t fibers = 0;
    for (int64_t entry = operands.a.row_start[static_cast<size_t>(row)];
         entry < operands.a.row_start[static_cast<size_t>(row) + 1]; ++entry) {
      const int64_t length = operands.b.row_nnz(operands.a.column[static_cast<size_t>(entry)]);
      fibers += (length + piece - 1) / piece;
    }
    const int64_t elements = operands.row_flops[static_cast<size_t>(row)] + fibers;
    sizes.total += static_cast<uint64_t>(elements);
    sizes.entries += std::min(elements, operands.b.cols);
    if (fibers > ways) sizes.longest = std::max(sizes.longest, static_cast<uint64_t>(elements));
  }
  return sizes;
}

void lay_out(ProgramBuilder& builder, const SpgemmOperands& operands, const ListSizes& sizes) {
  lay_out_merge(builder, sizes.longest);
  ArrayIds& arrays = builder.arrays;
  const auto rows = static_cast<uint64_t>(operands.a.rows);
  const auto per_row = [&](const char* name) {
    return builder.memory_array({name, "P", ElementType::Int64, 8, rows});
  };
  arrays.list_size = per_row("P.size");
  arrays.list_start = per_row("P.pos");
  arrays.list_cursor = per_row("P.cursor");
  program::Accumulator& accumulator = builder.kernel.program.accumulator;
  accumulator.stored_column = builder.address_array("P.crd", "P", ElementType::Int32,
                                                    builder.target.index_bytes, sizes.total);
  accumulator.stored_value =
      builder.address_array("P.val", "P", ElementType::Real64, 8, sizes.total);
}

/// For each k, each piece [kNext, kNext + kLength) of row k of B, and each entry kA of column k of
/// A with its row in kRow: `body`. `stage` runs once per piece.
void emit_pairs(ProgramBuilder& builder, int64_t ks, int64_t piece,
                const std::function<void()>& stage, const std::function<void()>& body) {
  Steps steps(builder);
  const ArrayIds& arrays = builder.arrays;
  const PlanLines& lines = builder.plan.lines;
  emit_tasks(builder, ks, [&] {
    const auto next_piece = steps.label(), done = steps.label();
    builder.attribute(lines.statement, "mul", "B", "locate k");
    steps.gather(reg::kNext, arrays.b_start, reg::kTask);
    steps.load(reg::kNextEnd, arrays.b_start, reg::kTask, 1);
    builder.attribute(lines.statement, "mul", "A", "locate k");
    steps.gather(reg::kIndex, arrays.a_start, reg::kTask);
    steps.load(reg::kLimit, arrays.a_start, reg::kTask, 1);
    steps.if_not_less(reg::kIndex, reg::kLimit, done);
    steps.place(next_piece);
    steps.if_not_less(reg::kNext, reg::kNextEnd, done);
    steps.subtract(reg::kLength, reg::kNextEnd, reg::kNext);
    steps.set(reg::kTemporary, piece);
    steps.minimum(reg::kLength, reg::kLength, reg::kTemporary);
    stage();
    steps.move(reg::kA, reg::kIndex);
    steps.count_up(reg::kA, reg::kLimit, [&] {
      builder.attribute(lines.statement, "mul", "A", "scan m");
      steps.load(reg::kRow, arrays.a_column, reg::kA);
      body();
    });
    steps.add(reg::kNext, reg::kNext, reg::kLength);
    steps.go(next_piece);
    steps.place(done);
  });
  steps.machine_barrier();
}

/// Adds the lengths of all fibers to the sizes of their lists, then gives every list its place.
void emit_list_places(ProgramBuilder& builder, int64_t rows, int64_t ks, int64_t piece) {
  Steps steps(builder);
  const ArrayIds& arrays = builder.arrays;
  builder.begin_phase("distribute");
  emit_pairs(
      builder, ks, piece, [] {},
      [&] {
        builder.attribute(builder.plan.lines.append, "mul", "P", "append");
        steps.add_immediate(reg::kTemporary, reg::kLength, 1);
        steps.atomic_add(reg::kMore, arrays.list_size, reg::kRow, reg::kTemporary);
      });
  emit_scan(
      builder, rows, [&](uint8_t row) { steps.load(reg::kCount, arrays.list_size, row); },
      [&] {
        steps.store(reg::kPosition, arrays.list_start, reg::kIndex);
        steps.store(reg::kPosition, arrays.list_cursor, reg::kIndex);
      });
}

/// Appends kAValue times the piece of B to the list of row kRow.
void emit_append(ProgramBuilder& builder) {
  Steps steps(builder);
  const ScalarSlots& s = builder.target.scalar;
  const ArrayIds& arrays = builder.arrays;
  const bool held = builder.plan.b.dma;
  steps.load(reg::kAValue, arrays.a_value, reg::kA);
  builder.attribute(builder.plan.lines.append, "mul", "P", "append");
  steps.add_immediate(reg::kTemporary, reg::kLength, 1);
  steps.atomic_add(reg::kPosition, arrays.list_cursor, reg::kRow, reg::kTemporary);
  steps.move(reg::kB, reg::kNext);
  steps.add(reg::kBEnd, reg::kNext, reg::kLength);
  builder.code.emit({.op = Opcode::FiberRecord,
                     .a = reg::kRow,
                     .b = reg::kNext,
                     .c = reg::kBEnd,
                     .d = reg::kAValue,
                     .slots = static_cast<uint16_t>(s.load + s.index),
                     .immediate = reg::kPosition});
  const auto consume = [&] {
    builder.attribute(builder.plan.lines.append, "mul", "P", "append");
    steps.add_immediate(reg::kPosition, reg::kPosition, 1);
    builder.code.emit({.op = Opcode::AppendProduct,
                       .a = reg::kColumn,
                       .b = reg::kProduct,
                       .d = reg::kPosition,
                       .slots = s.load});
  };
  emit_products(builder, held ? arrays.b_column_held : arrays.b_column,
                held ? arrays.b_value_held : arrays.b_value, consume);
}

void emit_stage(ProgramBuilder& builder) {
  if (!builder.plan.b.dma) return;
  const ScalarSlots& s = builder.target.scalar;
  builder.attribute(builder.plan.lines.hold_b, "mul", "B", "hold");
  builder.code.emit({.op = Opcode::DmaFill,
                     .a = reg::kTicket,
                     .b = reg::kNext,
                     .c = reg::kLength,
                     .slots = static_cast<uint16_t>(2 * s.dma),
                     .array = builder.arrays.b_column_held,
                     .array2 = builder.arrays.b_value_held});
  builder.code.emit({.op = Opcode::DmaWait, .a = reg::kTicket, .slots = s.branch});
}

void emit_list_merge(ProgramBuilder& builder, int64_t rows) {
  Steps steps(builder);
  const ArrayIds& arrays = builder.arrays;
  builder.begin_phase("merge");
  emit_tasks(builder, rows, [&] {
    steps.move(reg::kRow, reg::kTask);
    builder.attribute(builder.plan.lines.merge_statement, "merge", "P", "locate m");
    steps.gather(reg::kNext, arrays.list_start, reg::kRow);
    steps.gather(reg::kBEnd, arrays.list_cursor, reg::kRow);
    steps.gather(reg::kPosition, arrays.task_position, reg::kRow);
    steps.set(reg::kIndex, 0);
    emit_merge(builder, {reg::kNext, reg::kBEnd, [&] {
                           builder.attribute(builder.plan.lines.merge_statement, "merge", "P",
                                             "scan k");
                           builder.code.emit({.op = Opcode::ListOpen,
                                              .a = reg::kRow,
                                              .c = reg::kIndex,
                                              .d = reg::kNext,
                                              .slots = builder.target.scalar.loop});
                         }});
  });
}

}  // namespace

uint64_t emit_outer(ProgramBuilder& builder, const SpgemmOperands& operands) {
  const int64_t rows = operands.a.rows;
  const int64_t ks = operands.b.rows;
  const int64_t piece =
      builder.plan.b.dma ? kBufferElements : std::max<int64_t>(operands.b.cols, 1);
  const ListSizes sizes = list_sizes(operands, piece, builder.plan.merge_ways);
  lay_out(builder, operands, sizes);
  Steps(builder).set(reg::kZero, 0);
  emit_list_places(builder, rows, ks, piece);
  emit_upper_bounds(builder, builder.arrays.list_size, rows, operands.b.cols);
  builder.begin_phase("multiply");
  emit_pairs(
      builder, ks, piece, [&] { emit_stage(builder); }, [&] { emit_append(builder); });
  emit_list_merge(builder, rows);
  return static_cast<uint64_t>(sizes.entries);
}

}  // namespace weft::mapper
