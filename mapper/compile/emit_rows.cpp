// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "kernels/tensor/spgemm_count.h"
#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

// Gustavson's algorithm with an accumulator per thread: a thread takes a row of A, multiplies it
// with the rows of B that it names, and gathers the sums in its own hash table or dense array, then
// writes them to their place in C. With `size: symbolic` a first walk counts the entries of each
// row, so that C has no gaps; with `size: upper_bound` a row begins where the products before it
// would end. A row that exceeds the accumulator becomes several tasks, each of which walks the
// whole row and keeps a range of columns; they run in parallel like any other rows.
// Nagasaka et al., High-performance sparse matrix-matrix products on Intel KNL and multicore
// architectures, ICPP Workshops 2018.

namespace weft::mapper {

using program::AccumulatorKind;
using program::DrainMode;
using program::ElementType;
using program::Opcode;

namespace {

/// How rows become tasks.
struct RowTasks {
  int64_t count = 0;
  int64_t columns = 0;  // of one pass at most
  int64_t passes = 1;   // over a row with more products than `whole_row_products`
  int64_t whole_row_products = 0;
  int64_t entries = 0;                      // upper bound of all tasks' entries
  std::vector<int64_t> first_of_row = {0};  // [row + 1] its first task
  std::vector<int64_t> entry_of_row = {0};  // [row + 1] the first of its tasks' entries

  bool partial() const { return passes > 1; }
};

RowTasks row_tasks(const SpgemmOperands& operands, const SpgemmPlan& plan) {
  const bool dense = plan.accumulator == AccumulatorKind::Dense;
  const int64_t cols = operands.b.cols;
  const auto capacity = static_cast<int64_t>(
      dense ? static_cast<double>(plan.slots) : static_cast<double>(plan.slots) * plan.load_factor);
  RowTasks tasks;
  tasks.columns = std::clamp<int64_t>(cols, 1, std::max<int64_t>(capacity, 1));
  tasks.whole_row_products = dense ? 0 : tasks.columns;
  const int64_t passes = (cols + tasks.columns - 1) / tasks.columns;
  for (const int64_t products : operands.row_flops) {
    const bool whole = passes <= 1 || products <= tasks.whole_row_products;
    if (!whole) tasks.passes = passes;
    tasks.count += whole ? 1 : passes;
    tasks.entries += (whole ? 1 : passes) * std::min(products, tasks.columns);
    tasks.first_of_row.push_back(tasks.count);
    tasks.entry_of_row.push_back(tasks.entries);
  }
  return tasks;
}

/// Where the rows of C begin whose owners have their entries: behind all products of the rows
/// before them, or, once a first walk has counted entries, behind those. The program makes room for
/// C when it knows.
std::vector<int64_t> row_positions(const SpgemmOperands& operands, const RowTasks& tasks,
                                   bool counted) {
  if (!counted) return tasks.entry_of_row;
  std::vector<int64_t> positions = {0};
  for (const int64_t entries : tensor::product_row_nnz(operands.a, operands.b))
    positions.push_back(positions.back() + entries);
  return positions;
}

void lay_out(ProgramBuilder& builder, const SpgemmOperands& operands, const RowTasks& tasks) {
  const SpgemmPlan& plan = builder.plan;
  const bool dense = plan.accumulator == AccumulatorKind::Dense;
  const uint64_t threads = builder.target.threads_per_core;
  program::Accumulator& accumulator = builder.kernel.program.accumulator;
  accumulator.kind = plan.accumulator;
  accumulator.bits = plan.bits;
  accumulator.slots = plan.slots;
  accumulator.load_factor = plan.load_factor;
  accumulator.columns = static_cast<uint64_t>(operands.b.cols);
  accumulator.pass_columns = tasks.columns;
  const auto bytes_of = [&](uint64_t slots) {
    return dense ? slots * 8 + (slots + 63) / 64 * 8
                 : slots * program::slot_bytes(program::TableLayout::TagData);
  };
  accumulator.thread_stride = bytes_of(plan.slots);
  accumulator.base = builder.scratchpad_space(accumulator.thread_stride * threads);
  for (uint64_t slots = plan.slots / 2; slots >= 64; slots /= 2) {
    builder.offer(fmt::format("accum {}: {}", dense ? "width" : "slots", slots),
                  (accumulator.thread_stride - bytes_of(slots)) * threads);
  }
  const auto count = static_cast<uint64_t>(tasks.count);
  ArrayIds& arrays = builder.arrays;
  const Dealing owners = Dealing::by_rows(builder.places.work, tasks.first_of_row);
  const auto task_array = [&](const char* name, ElementType type, uint32_t bytes) {
    return builder.memory_array({name, "Z", type, bytes, count, nullptr, false, owners});
  };
  arrays.task_position = task_array("C.position", ElementType::Int64, 8);
  if (plan.symbolic) arrays.task_count = task_array("C.count", ElementType::Int32, 4);
  if (tasks.partial()) {
    arrays.task_row = task_array("task.row", ElementType::Int32, 4);
    arrays.task_column = task_array("task.column", ElementType::Int32, 4);
  }
}

/// Lists the passes over each row: which row, and from which column on; -1 stands for all columns.
void emit_task_list(ProgramBuilder& builder, const RowTasks& tasks, int64_t rows) {
  Steps steps(builder);
  const auto passes_of_row = [&](uint8_t row) {
    const auto whole = steps.label();
    steps.load(reg::kTemporary, builder.arrays.flops, row);
    steps.set(reg::kCount, 1);
    steps.set(reg::kLength, tasks.whole_row_products + 1);
    steps.if_less(reg::kTemporary, reg::kLength, whole);
    steps.set(reg::kCount, tasks.passes);
    steps.place(whole);
  };
  emit_scan(builder, rows, passes_of_row, [&] {
    const auto whole = steps.label();
    steps.set(reg::kNext, -1);
    steps.set(reg::kTemporary, 1);
    steps.if_not_less(reg::kTemporary, reg::kCount, whole);
    steps.set(reg::kNext, 0);
    steps.place(whole);
    steps.move(reg::kMore, reg::kPosition);
    steps.add(reg::kLength, reg::kPosition, reg::kCount);
    steps.count_up(reg::kMore, reg::kLength, [&] {
      steps.store(reg::kIndex, builder.arrays.task_row, reg::kMore);
      steps.store(reg::kNext, builder.arrays.task_column, reg::kMore);
      steps.add_immediate(reg::kNext, reg::kNext, tasks.columns);
    });
  });
}

/// At most this many entries come from the row in kRow and one pass over it.
void emit_bound(ProgramBuilder& builder, const RowTasks& tasks, uint8_t row, uint8_t bound) {
  Steps steps(builder);
  steps.gather(bound, builder.arrays.flops, row);
  steps.set(reg::kTemporary, tasks.columns);
  steps.minimum(bound, bound, reg::kTemporary);
}

/// The positions of all tasks' entries in C, from their counts or from their bounds.
void emit_positions(ProgramBuilder& builder, const RowTasks& tasks) {
  Steps steps(builder);
  const auto entries_of_task = [&](uint8_t task) {
    if (builder.plan.symbolic) {
      steps.load(reg::kCount, builder.arrays.task_count, task);
    } else if (tasks.partial()) {
      steps.load(reg::kLength, builder.arrays.task_row, task);
      emit_bound(builder, tasks, reg::kLength, reg::kCount);
    } else {
      emit_bound(builder, tasks, task, reg::kCount);
    }
  };
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "positions");
  emit_scan(builder, tasks.count, entries_of_task,
            [&] { steps.store(reg::kPosition, builder.arrays.task_position, reg::kIndex); });
}

void emit_row_tasks(ProgramBuilder& builder, const RowTasks& tasks,
                    const std::function<void()>& body) {
  if (builder.places.work.empty()) {
    emit_tasks(builder, tasks.count, body);
  } else {
    emit_owned_tasks(builder, tasks.first_of_row, body);
  }
}

/// One task: the products of its row into the thread's accumulator; kCount = entries.
void emit_accumulate(ProgramBuilder& builder, const RowTasks& tasks, DrainMode mode) {
  Steps steps(builder);
  const bool values = mode != DrainMode::Count;
  const auto empty = steps.label();
  builder.attribute(builder.plan.lines.balance, "mul", "A", "balance");
  if (tasks.partial()) {
    steps.gather(reg::kRow, builder.arrays.task_row, reg::kTask);
    steps.gather(reg::kPassBegin, builder.arrays.task_column, reg::kTask);
  } else {
    steps.move(reg::kRow, reg::kTask);
    steps.set(reg::kPassBegin, -1);
  }
  emit_bound(builder, tasks, reg::kRow, reg::kRowBound);
  steps.set(reg::kCount, 0);
  steps.if_not_less(reg::kZero, reg::kRowBound, empty);
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "accum");
  builder.code.emit({.op = Opcode::RowBegin,
                     .a = reg::kRowBound,
                     .b = reg::kPassBegin,
                     .slots = builder.target.scalar.region});
  emit_row_products(builder,
                    [&] {
                      builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "accum");
                      builder.code.emit({.op = Opcode::RowInsert,
                                         .b = reg::kColumn,
                                         .c = reg::kProduct,
                                         .immediate = values ? 0 : 1});
                    },
                    {.values = values, .filtered = tasks.partial()});
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", values ? "drain" : "accum");
  builder.code.emit({.op = Opcode::RowDrain,
                     .a = reg::kCount,
                     .slots = builder.target.scalar.move,
                     .immediate = static_cast<int64_t>(mode)});
  steps.place(empty);
}

/// Writes the gathered entries of a task to its place in C.
void emit_writeback(ProgramBuilder& builder) {
  Steps steps(builder);
  const auto loop = steps.label(), done = steps.label();
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "writeback");
  steps.gather(reg::kPosition, builder.arrays.task_position, reg::kTask);
  steps.emit_row(reg::kRow, reg::kPosition, reg::kCount);
  steps.if_not_less(reg::kZero, reg::kCount, done);
  steps.place(loop);
  builder.code.jump({.op = Opcode::RowNext,
                     .a = reg::kColumn,
                     .b = reg::kProduct,
                     .slots = builder.target.scalar.branch},
                    done);
  steps.emit_entry(reg::kRow, reg::kColumn, reg::kProduct, reg::kPosition);
  steps.go(loop);
  steps.place(done);
}

}  // namespace

uint64_t emit_rows(ProgramBuilder& builder, const SpgemmOperands& operands) {
  const SpgemmPlan& plan = builder.plan;
  const RowTasks tasks = row_tasks(operands, plan);
  Steps steps(builder);
  lay_out(builder, operands, tasks);
  if (!builder.places.work.empty()) {
    builder.entries_of_c =
        Dealing::by_rows(builder.places.work, row_positions(operands, tasks, plan.symbolic));
  }
  emit_row_counts(builder, operands.a.rows);
  if (tasks.partial()) emit_task_list(builder, tasks, operands.a.rows);
  if (plan.symbolic) {
    builder.begin_phase("count");
    emit_row_tasks(builder, tasks, [&] {
      emit_accumulate(builder, tasks, DrainMode::Count);
      steps.scatter(reg::kCount, builder.arrays.task_count, reg::kTask);
    });
    steps.machine_barrier();
  }
  emit_positions(builder, tasks);
  builder.begin_phase("multiply");
  emit_row_tasks(builder, tasks, [&] {
    emit_accumulate(builder, tasks, plan.sort ? DrainMode::Sort : DrainMode::Gather);
    emit_writeback(builder);
  });
  return static_cast<uint64_t>(tasks.entries);
}

}  // namespace weft::mapper
