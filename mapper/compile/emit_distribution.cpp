// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/emit.h"

namespace weft::mapper {

using program::MicroOp;
using program::Opcode;

namespace {

/// flops[row] = sum over the entries k of row of A of the length of row k of B; rows round robin
/// over all threads.
void emit_flops(ProgramBuilder& builder, int64_t rows) {
  program::Assembler& code = builder.code;
  const ScalarSlots& s = builder.target.scalar;
  const ArrayIds& arrays = builder.arrays;
  const auto row_loop = code.label(), entry_loop = code.label(), row_end = code.label(),
             done = code.label();
  code.emit({.op = Opcode::Move, .a = reg::kRow, .b = reg::kGlobalThread, .slots = s.move});
  code.emit({.op = Opcode::Set, .a = reg::kConstant, .slots = s.move, .immediate = rows});
  code.place(row_loop);
  code.jump({.op = Opcode::JumpIfNotLess, .a = reg::kRow, .b = reg::kConstant, .slots = s.branch},
            done);
  code.emit({.op = Opcode::Load,
             .a = reg::kA,
             .b = reg::kRow,
             .slots = static_cast<uint16_t>(s.load + s.index),
             .array = arrays.a_start});
  code.emit({.op = Opcode::Load,
             .a = reg::kAEnd,
             .b = reg::kRow,
             .slots = s.load,
             .array = arrays.a_start,
             .immediate = 1});
  code.emit({.op = Opcode::Set, .a = reg::kSum, .slots = s.move, .immediate = 0});
  code.place(entry_loop);
  code.jump({.op = Opcode::JumpIfNotLess, .a = reg::kA, .b = reg::kAEnd, .slots = s.branch},
            row_end);
  code.emit(
      {.op = Opcode::Load, .a = reg::kK, .b = reg::kA, .slots = s.load, .array = arrays.a_column});
  code.emit({.op = Opcode::Load,
             .a = reg::kB,
             .b = reg::kK,
             .slots = static_cast<uint16_t>(s.load + s.index),
             .array = arrays.b_start});
  code.emit({.op = Opcode::Load,
             .a = reg::kBEnd,
             .b = reg::kK,
             .slots = s.load,
             .array = arrays.b_start,
             .immediate = 1});
  code.emit(
      {.op = Opcode::Subtract, .a = reg::kLength, .b = reg::kBEnd, .c = reg::kB, .slots = s.add});
  code.emit({.op = Opcode::Add, .a = reg::kSum, .b = reg::kSum, .c = reg::kLength, .slots = s.add});
  code.emit(
      {.op = Opcode::AddImmediate, .a = reg::kA, .b = reg::kA, .slots = s.add, .immediate = 1});
  code.jump({.op = Opcode::Jump, .slots = s.branch}, entry_loop);
  code.place(row_end);
  code.emit({.op = Opcode::Store,
             .a = reg::kSum,
             .b = reg::kRow,
             .slots = static_cast<uint16_t>(s.load + s.index),
             .array = arrays.flops});
  code.emit({.op = Opcode::Add,
             .a = reg::kRow,
             .b = reg::kRow,
             .c = reg::kGlobalThreads,
             .slots = s.add});
  code.jump({.op = Opcode::Jump, .slots = s.branch}, row_loop);
  code.place(done);
}

/// The serial scan over rows that turns counts into bounds and window boundaries: load a count,
/// clamp it to the number of columns, add, compare with the window's capacity, store where the
/// row's bound begins.
std::vector<MicroOp> single_thread_scan(const ProgramBuilder& builder, int64_t rows) {
  program::Assembler code;
  code.attribute(builder.code.source());
  const ScalarSlots& s = builder.target.scalar;
  const auto loop = code.label(), done = code.label();
  code.emit({.op = Opcode::Barrier, .slots = s.barrier, .immediate = 1});
  code.emit({.op = Opcode::Set, .a = reg::kRow, .slots = s.move, .immediate = 0});
  code.emit({.op = Opcode::Set, .a = reg::kConstant, .slots = s.move, .immediate = rows});
  code.emit({.op = Opcode::Set,
             .a = reg::kLimit,
             .slots = s.move,
             .immediate = builder.kernel.program.result_rows});
  code.emit({.op = Opcode::Set, .a = reg::kSum, .slots = s.move, .immediate = 0});
  code.place(loop);
  code.jump({.op = Opcode::JumpIfNotLess, .a = reg::kRow, .b = reg::kConstant, .slots = s.branch},
            done);
  code.emit({.op = Opcode::Load,
             .a = reg::kCount,
             .b = reg::kRow,
             .slots = s.load,
             .array = builder.arrays.flops});
  code.emit({.op = Opcode::Store,
             .a = reg::kSum,
             .b = reg::kRow,
             .slots = s.load,
             .array = builder.arrays.windows});
  code.emit({.op = Opcode::Store,
             .a = reg::kSum,
             .b = reg::kRow,
             .slots = static_cast<uint16_t>(s.load + s.region),
             .array = builder.arrays.row_region});
  code.emit({.op = Opcode::Minimum,
             .a = reg::kCount,
             .b = reg::kCount,
             .c = reg::kLimit,
             .slots = s.add});
  code.emit({.op = Opcode::Add,
             .a = reg::kSum,
             .b = reg::kSum,
             .c = reg::kCount,
             .slots = static_cast<uint16_t>(s.add + 2 * s.branch)});
  code.emit({.op = Opcode::AddImmediate,
             .a = reg::kRow,
             .b = reg::kRow,
             .slots = s.loop,
             .immediate = 1});
  code.jump({.op = Opcode::Jump, .slots = 0}, loop);
  code.place(done);
  code.emit({.op = Opcode::Barrier, .slots = s.barrier, .immediate = 1});
  code.emit({.op = Opcode::Halt});
  return code.finish();
}

}  // namespace

void emit_row_counts(ProgramBuilder& builder, int64_t rows) {
  builder.arrays.flops = builder.memory_array("flops", "Z", program::ElementType::Int64, 8,
                                              static_cast<uint64_t>(rows) + 1, nullptr);
  builder.attribute(builder.plan.lines.window, "count", "A", "window");
  builder.begin_phase("distribute");
  builder.code.emit({.op = Opcode::Set, .a = reg::kZero, .slots = builder.target.scalar.move});
  emit_flops(builder, rows);
  builder.code.emit({.op = Opcode::Barrier,
                     .slots = builder.target.scalar.barrier,
                     .immediate = program::kWholeMachine});
}

std::vector<MicroOp> emit_distribution(ProgramBuilder& builder, int64_t rows) {
  const ScalarSlots& s = builder.target.scalar;
  const auto count = static_cast<uint64_t>(rows) + 1;
  builder.arrays.windows =
      builder.memory_array("row_bound", "Z", program::ElementType::Int64, 8, count, nullptr);
  builder.arrays.row_region =
      builder.memory_array("row_region", "Z", program::ElementType::Int64, 8, count, nullptr);
  emit_row_counts(builder, rows);
  builder.code.emit(
      {.op = Opcode::Barrier, .slots = s.barrier, .immediate = program::kWholeMachine});
  return single_thread_scan(builder, rows);
}

}  // namespace weft::mapper
