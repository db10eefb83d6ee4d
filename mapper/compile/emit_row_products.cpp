// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/emit.h"

namespace weft::mapper {

using program::Opcode;

namespace {

/// Loads the next entry of A and the extent of the row of B that it names.
void emit_fetch(ProgramBuilder& builder, uint8_t value, uint8_t begin, uint8_t end) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const ArrayIds& arrays = builder.arrays;
  const PlanLines& lines = builder.plan.lines;
  builder.attribute(lines.statement, "mul", "A", "scan k");
  code.emit(
      {.op = Opcode::Load, .a = reg::kK, .b = reg::kA, .slots = s.load, .array = arrays.a_column});
  code.emit(
      {.op = Opcode::Load, .a = value, .b = reg::kA, .slots = s.load, .array = arrays.a_value});
  code.emit(
      {.op = Opcode::AddImmediate, .a = reg::kA, .b = reg::kA, .slots = s.loop, .immediate = 1});
  builder.attribute(lines.statement, "mul", "B", "locate k");
  code.emit({.op = Opcode::Load,
             .a = begin,
             .b = reg::kK,
             .slots = static_cast<uint16_t>(s.load + s.index),
             .array = arrays.b_start});
  code.emit({.op = Opcode::Load,
             .a = end,
             .b = reg::kK,
             .slots = s.load,
             .array = arrays.b_start,
             .immediate = 1});
}

/// The innermost loop: every entry of B in [kB, kBEnd), multiplied by kAValue.
void emit_products(ProgramBuilder& builder, int16_t columns, int16_t values,
                   const std::function<void()>& consume) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const auto loop = code.label();
  code.place(loop);
  builder.attribute(builder.plan.lines.statement, "mul", "B", "scan n");
  code.emit(
      {.op = Opcode::Load, .a = reg::kColumn, .b = reg::kB, .slots = s.load, .array = columns});
  code.emit(
      {.op = Opcode::Load, .a = reg::kBValue, .b = reg::kB, .slots = s.load, .array = values});
  code.emit({.op = Opcode::MultiplyReal,
             .a = reg::kProduct,
             .b = reg::kAValue,
             .c = reg::kBValue,
             .slots = s.multiply});
  consume();
  code.emit(
      {.op = Opcode::AddImmediate, .a = reg::kB, .b = reg::kB, .slots = s.loop, .immediate = 1});
  code.jump({.op = Opcode::JumpIfLess, .a = reg::kB, .b = reg::kBEnd}, loop);
}

/// B element by element from memory: each load of a thread waits for its answer.
void emit_loaded(ProgramBuilder& builder, const std::function<void()>& consume,
                 program::Label row_end) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const auto entries = code.label(), next = code.label();
  code.place(entries);
  emit_fetch(builder, reg::kAValue, reg::kB, reg::kBEnd);
  code.jump({.op = Opcode::JumpIfNotLess, .a = reg::kB, .b = reg::kBEnd, .slots = s.branch}, next);
  emit_products(builder, builder.arrays.b_column, builder.arrays.b_value, consume);
  code.place(next);
  code.jump({.op = Opcode::JumpIfLess, .a = reg::kA, .b = reg::kAEnd, .slots = s.branch}, entries);
  code.jump({.op = Opcode::Jump}, row_end);
}

/// Posts the fill of the next piece of the present row of B, as long as a buffer at most.
void emit_fill(ProgramBuilder& builder, int64_t buffer_elements) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  builder.attribute(builder.plan.lines.hold_b, "mul", "B", "hold");
  code.emit({.op = Opcode::Subtract,
             .a = reg::kLength,
             .b = reg::kNextEnd,
             .c = reg::kNext,
             .slots = s.add});
  code.emit({.op = Opcode::Set, .a = reg::kTemporary, .immediate = buffer_elements});
  code.emit({.op = Opcode::Minimum,
             .a = reg::kLength,
             .b = reg::kLength,
             .c = reg::kTemporary,
             .slots = s.add});
  code.emit({.op = Opcode::DmaFill,
             .a = reg::kTicket,
             .b = reg::kNext,
             .c = reg::kLength,
             .slots = static_cast<uint16_t>(2 * s.dma),
             .array = builder.arrays.b_column_held,
             .array2 = builder.arrays.b_value_held});
}

/// Moves on to the next non-empty piece: the rest of the present row of B, or the row of A's next
/// entry.
void emit_advance(ProgramBuilder& builder, program::Label found, program::Label none) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const auto again = code.label();
  code.place(again);
  builder.attribute(builder.plan.lines.hold_b, "mul", "B", "hold");
  code.jump({.op = Opcode::JumpIfLess, .a = reg::kNext, .b = reg::kNextEnd, .slots = s.branch},
            found);
  code.jump({.op = Opcode::JumpIfNotLess, .a = reg::kA, .b = reg::kAEnd, .slots = s.branch}, none);
  emit_fetch(builder, reg::kNextValue, reg::kNext, reg::kNextEnd);
  code.jump({.op = Opcode::Jump, .slots = s.branch}, again);
}

/// B in pieces that the DMA engine puts into the thread's buffers. With two buffers the next piece,
/// of this row of B or the next, is under way while the present one is multiplied; with one the
/// thread waits for each.
void emit_staged(ProgramBuilder& builder, const std::function<void()>& consume_piece,
                 program::Label row_end) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const bool ahead = builder.plan.b.buffers > 1;
  const program::Array& held =
      builder.kernel.program.arrays[static_cast<size_t>(builder.arrays.b_column_held)];
  const auto buffer = static_cast<int64_t>(held.held_elements / builder.plan.b.buffers);
  const auto first = code.label(), loop = code.label(), more = code.label(), none = code.label(),
             work = code.label();
  code.emit({.op = Opcode::Set, .a = reg::kNext, .slots = s.move, .immediate = 0});
  code.emit({.op = Opcode::Set, .a = reg::kNextEnd, .slots = s.move, .immediate = 0});
  emit_advance(builder, first, row_end);
  code.place(first);
  emit_fill(builder, buffer);
  code.place(loop);
  code.emit({.op = Opcode::Move, .a = reg::kAValue, .b = reg::kNextValue, .slots = s.move});
  code.emit({.op = Opcode::Move, .a = reg::kB, .b = reg::kNext, .slots = s.move});
  code.emit(
      {.op = Opcode::Add, .a = reg::kBEnd, .b = reg::kNext, .c = reg::kLength, .slots = s.add});
  code.emit({.op = Opcode::Move, .a = reg::kNext, .b = reg::kBEnd, .slots = s.move});
  if (!ahead) {
    code.emit({.op = Opcode::DmaWait, .a = reg::kTicket, .slots = s.branch});
    consume_piece();
    emit_advance(builder, more, row_end);
    code.place(more);
    emit_fill(builder, buffer);
    code.jump({.op = Opcode::Jump, .slots = s.branch}, loop);
    return;
  }
  code.emit({.op = Opcode::Move, .a = reg::kIndex, .b = reg::kTicket, .slots = s.move});
  code.emit({.op = Opcode::Set, .a = reg::kMore, .slots = s.move, .immediate = 1});
  emit_advance(builder, more, none);
  code.place(none);
  code.emit({.op = Opcode::Set, .a = reg::kMore, .slots = s.move, .immediate = 0});
  code.jump({.op = Opcode::Jump, .slots = s.branch}, work);
  code.place(more);
  emit_fill(builder, buffer);
  code.place(work);
  builder.attribute(builder.plan.lines.hold_b, "mul", "B", "hold");
  code.emit({.op = Opcode::DmaWait, .a = reg::kIndex, .slots = s.branch});
  consume_piece();
  code.jump({.op = Opcode::JumpIfNotEqual, .a = reg::kMore, .b = reg::kZero, .slots = s.branch},
            loop);
  code.jump({.op = Opcode::Jump}, row_end);
}

}  // namespace

void emit_row_products(ProgramBuilder& builder, const std::function<void()>& consume,
                       const std::function<void()>& consume_run) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const auto row_end = code.label();
  builder.attribute(builder.plan.lines.statement, "mul", "A", "locate m");
  code.emit({.op = Opcode::Load,
             .a = reg::kA,
             .b = reg::kRow,
             .slots = static_cast<uint16_t>(s.load + s.index),
             .array = builder.arrays.a_start});
  code.emit({.op = Opcode::Load,
             .a = reg::kAEnd,
             .b = reg::kRow,
             .slots = s.load,
             .array = builder.arrays.a_start,
             .immediate = 1});
  code.jump({.op = Opcode::JumpIfNotLess, .a = reg::kA, .b = reg::kAEnd, .slots = s.branch},
            row_end);
  if (builder.plan.b.dma) {
    const auto one_by_one = [&] {
      emit_products(builder, builder.arrays.b_column_held, builder.arrays.b_value_held, consume);
    };
    emit_staged(builder, consume_run ? consume_run : one_by_one, row_end);
  } else {
    emit_loaded(builder, consume, row_end);
  }
  code.place(row_end);
}

}  // namespace weft::mapper
