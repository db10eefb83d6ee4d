// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/transpose.h"
#include "mapper/compile/check_plan.h"
#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

namespace weft::mapper {

namespace {

/// Adds the operands as the dataflow walks them; a transposed one belongs to the kernel.
void add_operands(ProgramBuilder& builder, const SpgemmOperands& operands) {
  const tensor::CsrMatrix* a = &operands.a;
  const tensor::CsrMatrix* b = &operands.b;
  const auto by_columns = [&](const tensor::CsrMatrix*& matrix) {
    auto columns = std::make_shared<const tensor::CsrMatrix>(tensor::transpose(*matrix));
    matrix = columns.get();
    builder.kernel.owned.push_back(std::move(columns));
  };
  if (builder.plan.dataflow == Dataflow::Outer) by_columns(a);
  if (builder.plan.dataflow == Dataflow::Inner) by_columns(b);
  builder.add_operands(*a, *b);
}

/// Buffers of all threads for pieces of one operand.
void hold(ProgramBuilder& builder, const std::string& name, const Staging& staging, int16_t columns,
          int16_t values, int16_t& held_columns, int16_t& held_values) {
  const auto elements = static_cast<uint64_t>(kBufferElements);
  held_columns = builder.held_array(columns, elements * staging.buffers);
  held_values = builder.held_array(values, elements * staging.buffers);
  const uint64_t buffer_bytes =
      elements * (builder.target.index_bytes + 8) * builder.target.threads_per_core;
  if (staging.buffers > 1) builder.offer("hold " + name + " buf: 1", buffer_bytes);
  builder.offer(name + " without hold", buffer_bytes * staging.buffers);
}

void hold_operands(ProgramBuilder& builder) {
  const SpgemmPlan& plan = builder.plan;
  ArrayIds& arrays = builder.arrays;
  // An inner product holds a whole row of A, one per core.
  if (plan.a.dma && plan.dataflow != Dataflow::Inner) {
    hold(builder, "A", plan.a, arrays.a_column, arrays.a_value, arrays.a_column_held,
         arrays.a_value_held);
  }
  if (plan.b.dma) {
    hold(builder, "B", plan.b, arrays.b_column, arrays.b_value, arrays.b_column_held,
         arrays.b_value_held);
  }
}

/// Emits the dataflow; returns the positions of C in use. Only windows are dealt out by a
/// single-threaded core, whose code goes to `single`.
uint64_t emit_dataflow(ProgramBuilder& builder, const SpgemmOperands& operands,
                       std::vector<program::MicroOp>& single) {
  const SpgemmPlan& plan = builder.plan;
  if (plan.dataflow == Dataflow::Outer) return emit_outer(builder, operands);
  if (plan.dataflow == Dataflow::Inner) return emit_inner(builder, operands);
  if (plan.accumulator == program::AccumulatorKind::Merge) return emit_row_merge(builder, operands);
  if (!plan.windows) return emit_rows(builder, operands);
  if (plan.grain > 0) {
    lay_out_tokens(builder, operands.a.rows, first_tokens(operands, plan.grain).back());
  }
  single = emit_distribution(builder, operands.a.rows);
  return emit_windows(builder, operands);
}

}  // namespace

CompiledKernel compile_spgemm(const SpgemmPlan& plan, const FabricTarget& target,
                              const SpgemmOperands& operands) {
  check_plan(plan);
  ProgramBuilder builder(plan, target);
  builder.kernel.program.result_rows = operands.a.rows;
  builder.places = product_places(plan, target.cores, operands.a, operands.b, operands.row_flops);
  add_operands(builder, operands);
  hold_operands(builder);
  std::vector<program::MicroOp> single;
  const uint64_t entries = emit_dataflow(builder, operands, single);
  Steps(builder).machine_barrier();
  builder.code.emit({.op = program::Opcode::Halt});
  program::Program& program = builder.kernel.program;
  program.result_start_base =
      builder.memory_space("Z.pos", static_cast<uint64_t>(operands.a.rows) + 1, 8,
                           Dealing::by_rows(builder.places.work));
  program.result_column_base =
      builder.memory_space("Z.crd", entries, target.index_bytes, builder.entries_of_c);
  program.result_value_base = builder.memory_space("Z.val", entries, 8, builder.entries_of_c);
  builder.check_fit();
  return builder.finish(std::move(single));
}

}  // namespace weft::mapper
