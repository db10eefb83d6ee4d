// SPDX-License-Identifier: Apache-2.0
#include "kernels/program/disassemble.h"

#include <array>

#include <fmt/format.h>

namespace weft::program {

namespace {

/// How an operation is written: a, b, c, d are registers, x and y arrays, i the immediate,
/// o that as an offset.
struct Spelling {
  Opcode op;
  const char* name;
  const char* operands;
};

constexpr std::array kSpellings = {
    Spelling{Opcode::Set, "set", "{a} = {i}"},
    Spelling{Opcode::Move, "move", "{a} = {b}"},
    Spelling{Opcode::Add, "add", "{a} = {b} + {c}"},
    Spelling{Opcode::AddImmediate, "add", "{a} = {b} + {i}"},
    Spelling{Opcode::Subtract, "subtract", "{a} = {b} - {c}"},
    Spelling{Opcode::Minimum, "minimum", "{a} = min({b}, {c})"},
    Spelling{Opcode::MultiplyReal, "multiply", "{a} = {b} * {c}"},
    Spelling{Opcode::AddReal, "add_real", "{a} = {b} + {c}"},
    Spelling{Opcode::JumpIfLess, "jump", "if {a} < {b}"},
    Spelling{Opcode::JumpIfNotLess, "jump", "if {a} >= {b}"},
    Spelling{Opcode::JumpIfNotEqual, "jump", "if {a} != {b}"},
    Spelling{Opcode::Jump, "jump", ""},
    Spelling{Opcode::TableOffset, "table_offset", "{a} = {i} * number of the table"},
    Spelling{Opcode::ThreadShare, "thread_share", "[{a}, {b}) of [0, {c})"},
    Spelling{Opcode::Load, "load", "{a} = {x}[{b}{o}]"},
    Spelling{Opcode::Store, "store", "{x}[{b}{o}] = {a}"},
    Spelling{Opcode::AtomicAdd, "atomic_add", "{a} = {x}[{b}{o}], then + {c}"},
    Spelling{Opcode::DmaFill, "dma_fill", "{x}, {y} [{b}, {b} + {c}), ticket {a}"},
    Spelling{Opcode::DmaWait, "dma_wait", "ticket {a}"},
    Spelling{Opcode::DmaMove, "dma_move", "entries [{b}, {b} + {c}) to [{d}, {d} + {c})"},
    Spelling{Opcode::DmaClear, "dma_clear", "the table of the group"},
    Spelling{Opcode::DmaFence, "dma_fence", "of this table's last group"},
    Spelling{Opcode::TaskNext, "task_next", "{a} of the group"},
    Spelling{Opcode::TaskFlow, "task_flow", "{a} of list {i}"},
    Spelling{Opcode::GroupNext, "group_next", "rows [{a}, {b})"},
    Spelling{Opcode::Barrier, "barrier", "{scope}"},
    Spelling{Opcode::PhaseBegin, "phase", "{phase}"},
    Spelling{Opcode::Insert, "insert", "row {a}, column {b}, + {c}"},
    Spelling{Opcode::InsertRun, "insert_run", "row {a}, entries [{b}, {c}) of {x}, {y}"},
    Spelling{Opcode::TableClear, "table_clear", "this thread's share"},
    Spelling{Opcode::DrainBegin, "drain_begin", "this thread's share"},
    Spelling{Opcode::DrainNext, "drain_next", "{a}, {b}, {c} = row, column, value"},
    Spelling{Opcode::RowBegin, "row_begin", "at most {a} entries, columns from {b}"},
    Spelling{Opcode::RowFilter, "row_filter", "column {a}"},
    Spelling{Opcode::RowInsert, "row_insert", "column {b}, + {c}"},
    Spelling{Opcode::RowDrain, "row_drain", "{a} = entries"},
    Spelling{Opcode::RowNext, "row_next", "{a}, {b} = column, value"},
    Spelling{Opcode::MergeOpen, "merge_open", "[{b}, {c}) times {a}"},
    Spelling{Opcode::ListOpen, "list_open", "row {a}, its {c}-th at {d}"},
    Spelling{Opcode::MergeNext, "merge_next", "{a}, {b} = column, sum"},
    Spelling{Opcode::RunAppend, "run_append", "column {a}, value {b}"},
    Spelling{Opcode::RunClose, "run_close", ""},
    Spelling{Opcode::RunsOpen, "runs_open", "{a} = runs that wait"},
    Spelling{Opcode::FiberRecord, "fiber_record", "row {a}, [{b}, {c}) times {d}"},
    Spelling{Opcode::AppendProduct, "append", "column {a}, value {b} at {d}"},
    Spelling{Opcode::Intersect, "intersect", "{a} < {b} of {x}, {c} < {d} of {y}"},
    Spelling{Opcode::Emit, "emit", "row {a}, column {b}, value {c} at {d}"},
    Spelling{Opcode::EmitRow, "emit_row", "row {a}: {c} entries from {b}"},
    Spelling{Opcode::Nest, "nest", "{i}"},
    Spelling{Opcode::Halt, "halt", ""},
};

/// The list is in the order of the operations, so that an operation is its own index.
constexpr bool in_order() {
  for (size_t i = 0; i < kSpellings.size(); ++i) {
    if (static_cast<size_t>(kSpellings[i].op) != i) return false;
  }
  return kSpellings.size() == static_cast<size_t>(Opcode::Halt) + 1;
}
static_assert(in_order(), "every operation has its spelling, in the order of Opcode");

std::string array_name(const Program& program, int16_t array) {
  return array < 0 ? "-" : program.arrays[static_cast<size_t>(array)].name;
}

std::string operands_text(const Program& program, const MicroOp& op) {
  const auto reg = [](uint8_t number) { return fmt::format("r{}", number); };
  const bool phase = op.op == Opcode::PhaseBegin;
  return fmt::format(
      fmt::runtime(kSpellings[static_cast<size_t>(op.op)].operands), fmt::arg("a", reg(op.a)),
      fmt::arg("b", reg(op.b)), fmt::arg("c", reg(op.c)), fmt::arg("d", reg(op.d)),
      fmt::arg("x", array_name(program, op.array)), fmt::arg("y", array_name(program, op.array2)),
      fmt::arg("i", op.immediate),
      fmt::arg("o", op.immediate == 0 ? "" : fmt::format(" + {}", op.immediate)),
      fmt::arg("scope", op.immediate == kWholeMachine ? "of the machine"
                        : op.immediate == kWarp       ? "of the warp"
                                                      : "of the core"),
      fmt::arg("phase", phase ? program.phases[static_cast<size_t>(op.immediate)] : ""));
}

std::string source_text(const Program& program, const MicroOp& op) {
  if (op.source >= program.sources.size()) return {};
  const Source& source = program.sources[op.source];
  return source.line == 0 ? source.what
                          : fmt::format("{}:{} {}", source.file, source.line, source.what);
}

}  // namespace

std::string disassemble(const Program& program) {
  std::string out;
  for (size_t i = 0; i < program.threads.size(); ++i) {
    const MicroOp& op = program.threads[i];
    const std::string target = op.target >= 0 ? fmt::format("-> {}", op.target) : std::string();
    std::string line = fmt::format(
        "{:>4}  {:<13} {:<46} {:<7} {:>3}  {}", i, kSpellings[static_cast<size_t>(op.op)].name,
        operands_text(program, op), target, op.slots, source_text(program, op));
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace weft::program
