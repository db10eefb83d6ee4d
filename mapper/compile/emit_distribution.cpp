// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

namespace weft::mapper {

using program::MicroOp;
using program::Opcode;

namespace {

/// flops[row] = sum over the entries k of row of A of the length of row k of B.
void emit_flops_of_row(ProgramBuilder& builder) {
  Steps steps(builder);
  const ArrayIds& arrays = builder.arrays;
  const bool tokens = builder.plan.grain > 0;
  steps.gather(reg::kA, arrays.a_start, reg::kRow);
  steps.load(reg::kAEnd, arrays.a_start, reg::kRow, 1);
  steps.set(reg::kSum, 0);
  if (tokens) emit_cuts_begin(builder);
  steps.count_up(reg::kA, reg::kAEnd, [&] {
    steps.load(reg::kK, arrays.a_column, reg::kA);
    steps.gather(reg::kB, arrays.b_start, reg::kK);
    steps.load(reg::kBEnd, arrays.b_start, reg::kK, 1);
    steps.subtract(reg::kLength, reg::kBEnd, reg::kB);
    steps.add(reg::kSum, reg::kSum, reg::kLength);
    if (tokens) emit_cut(builder);
  });
  steps.scatter(reg::kSum, arrays.flops, reg::kRow);
  if (tokens) emit_cuts_end(builder);
}

/// Rows are counted by their owners, or round robin over all threads.
void emit_flops(ProgramBuilder& builder, int64_t rows) {
  Steps steps(builder);
  if (!builder.places.work.empty()) {
    std::vector<int64_t> row(static_cast<size_t>(rows) + 1);
    std::iota(row.begin(), row.end(), int64_t{0});
    emit_owned_tasks(builder, row, [&] {
      steps.move(reg::kRow, reg::kTask);
      emit_flops_of_row(builder);
    });
    return;
  }
  steps.move(reg::kRow, reg::kGlobalThread);
  steps.set(reg::kConstant, rows);
  steps.count_up(reg::kRow, reg::kConstant, reg::kGlobalThreads,
                 [&] { emit_flops_of_row(builder); });
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
  if (builder.plan.grain > 0) Steps(code, s).set(reg::kPosition, 0);
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
  if (builder.plan.grain > 0) emit_token_list(builder, code);
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
  if (builder.plan.grain > 0) emit_token_list_end(builder, code);
  code.emit({.op = Opcode::Barrier, .slots = s.barrier, .immediate = 1});
  code.emit({.op = Opcode::Halt});
  return code.finish();
}

}  // namespace

void emit_row_counts(ProgramBuilder& builder, int64_t rows) {
  builder.arrays.flops =
      builder.row_array("flops", program::ElementType::Int64, 8, static_cast<uint64_t>(rows) + 1);
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
  builder.arrays.windows = builder.row_array("row_bound", program::ElementType::Int64, 8, count);
  builder.arrays.row_region =
      builder.row_array("row_region", program::ElementType::Int64, 8, count);
  emit_row_counts(builder, rows);
  builder.code.emit(
      {.op = Opcode::Barrier, .slots = s.barrier, .immediate = program::kWholeMachine});
  return single_thread_scan(builder, rows);
}

}  // namespace weft::mapper
