// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

namespace weft::mapper {

using program::Opcode;

namespace {

/// Elements of a thread's buffer for one piece of a held operand.
int64_t piece_of(const ProgramBuilder& builder, int16_t held, const Staging& staging) {
  const program::Array& array = builder.kernel.program.arrays[static_cast<size_t>(held)];
  return static_cast<int64_t>(array.held_elements / staging.buffers);
}

/// Posts the fill of A's next piece, which begins at kAReady.
void emit_fill_a(ProgramBuilder& builder, const Walk& walk) {
  Steps steps(builder);
  steps.subtract(reg::kLength, reg::kAEnd, reg::kAReady);
  steps.set(reg::kTemporary, piece_of(builder, builder.arrays.a_column_held, builder.plan.a));
  steps.minimum(reg::kLength, reg::kLength, reg::kTemporary);
  builder.code.emit({.op = Opcode::DmaFill,
                     .a = reg::kATicket,
                     .b = reg::kAReady,
                     .c = reg::kLength,
                     .slots = static_cast<uint16_t>(2 * builder.target.scalar.dma),
                     .array = builder.arrays.a_column_held,
                     .array2 = walk.values ? builder.arrays.a_value_held : int16_t{-1}});
}

/// Makes sure that entry kA is in the thread's buffer. With two buffers the piece after it is
/// posted as soon as this one is there.
void emit_ready_a(ProgramBuilder& builder, const Walk& walk) {
  Steps steps(builder);
  const bool ahead = builder.plan.a.buffers > 1;
  const auto ready = steps.label();
  builder.attribute(builder.plan.lines.hold_a, "mul", "A", "hold");
  steps.if_less(reg::kA, reg::kAReady, ready);
  if (!ahead) emit_fill_a(builder, walk);
  builder.code.emit(
      {.op = Opcode::DmaWait, .a = reg::kATicket, .slots = builder.target.scalar.branch});
  steps.set(reg::kTemporary, piece_of(builder, builder.arrays.a_column_held, builder.plan.a));
  steps.add(reg::kAReady, reg::kAReady, reg::kTemporary);
  steps.minimum(reg::kAReady, reg::kAReady, reg::kAEnd);
  if (ahead) emit_fill_a(builder, walk);
  steps.place(ready);
}

/// B element by element from memory: each load of a thread waits for its answer.
void emit_loaded(ProgramBuilder& builder, const std::function<void()>& consume, const Walk& walk,
                 program::Label row_end) {
  Steps steps(builder);
  const auto entries = steps.label(), next = steps.label();
  steps.place(entries);
  emit_fetch(builder, {reg::kAValue, reg::kB, reg::kBEnd}, walk);
  steps.if_not_less(reg::kB, reg::kBEnd, next);
  emit_products(builder, builder.arrays.b_column, builder.arrays.b_value, consume, walk);
  steps.place(next);
  steps.if_less(reg::kA, reg::kAEnd, entries);
  builder.code.jump({.op = Opcode::Jump}, row_end);
}

/// Posts the fill of the next piece of the present row of B, as long as a buffer at most.
void emit_fill(ProgramBuilder& builder, const Walk& walk) {
  Steps steps(builder);
  builder.attribute(builder.plan.lines.hold_b, "mul", "B", "hold");
  steps.subtract(reg::kLength, reg::kNextEnd, reg::kNext);
  builder.code.emit({.op = Opcode::Set,
                     .a = reg::kTemporary,
                     .immediate = piece_of(builder, builder.arrays.b_column_held, builder.plan.b)});
  steps.minimum(reg::kLength, reg::kLength, reg::kTemporary);
  builder.code.emit({.op = Opcode::DmaFill,
                     .a = reg::kTicket,
                     .b = reg::kNext,
                     .c = reg::kLength,
                     .slots = static_cast<uint16_t>(2 * builder.target.scalar.dma),
                     .array = builder.arrays.b_column_held,
                     .array2 = walk.values ? builder.arrays.b_value_held : int16_t{-1}});
}

/// Moves on to the next non-empty piece: the rest of the present row of B, or the row of A's next
/// entry.
void emit_advance(ProgramBuilder& builder, const Walk& walk, program::Label found,
                  program::Label none) {
  Steps steps(builder);
  const auto again = steps.label();
  steps.place(again);
  builder.attribute(builder.plan.lines.hold_b, "mul", "B", "hold");
  steps.if_less(reg::kNext, reg::kNextEnd, found);
  steps.if_not_less(reg::kA, reg::kAEnd, none);
  emit_fetch(builder, {reg::kNextValue, reg::kNext, reg::kNextEnd}, walk);
  steps.go(again);
}

/// The loop over pieces with one buffer: the thread waits for each.
void emit_pieces(ProgramBuilder& builder, const std::function<void()>& consume_piece,
                 const Walk& walk, program::Label loop, program::Label row_end) {
  Steps steps(builder);
  const auto more = steps.label();
  builder.code.emit(
      {.op = Opcode::DmaWait, .a = reg::kTicket, .slots = builder.target.scalar.branch});
  consume_piece();
  emit_advance(builder, walk, more, row_end);
  steps.place(more);
  emit_fill(builder, walk);
  steps.go(loop);
}

/// The loop over pieces with two buffers: the next piece, of this row of B or the next, is under
/// way while the present one is multiplied.
void emit_pieces_ahead(ProgramBuilder& builder, const std::function<void()>& consume_piece,
                       const Walk& walk, program::Label loop, program::Label row_end) {
  Steps steps(builder);
  const auto more = steps.label(), none = steps.label(), work = steps.label();
  steps.move(reg::kIndex, reg::kTicket);
  steps.set(reg::kMore, 1);
  emit_advance(builder, walk, more, none);
  steps.place(none);
  steps.set(reg::kMore, 0);
  steps.go(work);
  steps.place(more);
  emit_fill(builder, walk);
  steps.place(work);
  builder.attribute(builder.plan.lines.hold_b, "mul", "B", "hold");
  builder.code.emit(
      {.op = Opcode::DmaWait, .a = reg::kIndex, .slots = builder.target.scalar.branch});
  consume_piece();
  steps.if_not_equal(reg::kMore, reg::kZero, loop);
  builder.code.jump({.op = Opcode::Jump}, row_end);
}

/// B in pieces that the DMA engine puts into the thread's buffers.
void emit_staged(ProgramBuilder& builder, const Walk& walk,
                 const std::function<void()>& consume_piece, program::Label row_end) {
  Steps steps(builder);
  const auto first = steps.label(), loop = steps.label();
  steps.set(reg::kNext, 0);
  steps.set(reg::kNextEnd, 0);
  emit_advance(builder, walk, first, row_end);
  steps.place(first);
  emit_fill(builder, walk);
  steps.place(loop);
  steps.move(reg::kAValue, reg::kNextValue);
  steps.move(reg::kB, reg::kNext);
  steps.add(reg::kBEnd, reg::kNext, reg::kLength);
  steps.move(reg::kNext, reg::kBEnd);
  if (builder.plan.b.buffers > 1) {
    emit_pieces_ahead(builder, consume_piece, walk, loop, row_end);
  } else {
    emit_pieces(builder, consume_piece, walk, loop, row_end);
  }
}

}  // namespace

void emit_locate_row(ProgramBuilder& builder, const Walk& walk) {
  Steps steps(builder);
  builder.attribute(builder.plan.lines.statement, "mul", "A", "locate m");
  if (!walk.located) {
    steps.gather(reg::kA, builder.arrays.a_start, reg::kRow);
    steps.load(reg::kAEnd, builder.arrays.a_start, reg::kRow, 1);
  }
  if (!builder.plan.a.dma) return;
  builder.attribute(builder.plan.lines.hold_a, "mul", "A", "hold");
  steps.move(reg::kAReady, reg::kA);
  if (builder.plan.a.buffers > 1) emit_fill_a(builder, walk);
}

void emit_fetch(ProgramBuilder& builder, const FetchedEntry& to, const Walk& walk) {
  Steps steps(builder);
  const ArrayIds& arrays = builder.arrays;
  const PlanLines& lines = builder.plan.lines;
  const bool held = builder.plan.a.dma;
  if (held) emit_ready_a(builder, walk);
  builder.attribute(lines.statement, "mul", "A", "scan k");
  steps.load(reg::kK, held ? arrays.a_column_held : arrays.a_column, reg::kA);
  if (walk.values) {
    steps.load(to.value, held ? arrays.a_value_held : arrays.a_value, reg::kA);
  }
  builder.code.emit({.op = Opcode::AddImmediate,
                     .a = reg::kA,
                     .b = reg::kA,
                     .slots = builder.target.scalar.loop,
                     .immediate = 1});
  builder.attribute(lines.statement, "mul", "B", "locate k");
  steps.gather(to.begin, arrays.b_start, reg::kK);
  steps.load(to.end, arrays.b_start, reg::kK, 1);
}

void emit_products(ProgramBuilder& builder, int16_t columns, int16_t values,
                   const std::function<void()>& consume, const Walk& walk) {
  Steps steps(builder);
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const auto loop = steps.label(), next = steps.label();
  steps.place(loop);
  builder.attribute(builder.plan.lines.statement, "mul", "B", "scan n");
  steps.load(reg::kColumn, columns, reg::kB);
  if (walk.filtered) code.jump({.op = Opcode::RowFilter, .a = reg::kColumn}, next);
  if (walk.values) {
    steps.load(reg::kBValue, values, reg::kB);
    code.emit({.op = Opcode::MultiplyReal,
               .a = reg::kProduct,
               .b = reg::kAValue,
               .c = reg::kBValue,
               .slots = s.multiply});
  }
  consume();
  steps.place(next);
  code.emit(
      {.op = Opcode::AddImmediate, .a = reg::kB, .b = reg::kB, .slots = s.loop, .immediate = 1});
  code.jump({.op = Opcode::JumpIfLess, .a = reg::kB, .b = reg::kBEnd}, loop);
}

void emit_row_products(ProgramBuilder& builder, const std::function<void()>& consume,
                       const Walk& walk, const std::function<void()>& consume_run) {
  Steps steps(builder);
  const auto row_end = steps.label();
  emit_locate_row(builder, walk);
  steps.if_not_less(reg::kA, reg::kAEnd, row_end);
  if (builder.plan.b.dma) {
    const auto one_by_one = [&] {
      emit_products(builder, builder.arrays.b_column_held, builder.arrays.b_value_held, consume,
                    walk);
    };
    emit_staged(builder, walk, consume_run ? consume_run : one_by_one, row_end);
  } else {
    emit_loaded(builder, consume, walk, row_end);
  }
  steps.place(row_end);
}

}  // namespace weft::mapper
