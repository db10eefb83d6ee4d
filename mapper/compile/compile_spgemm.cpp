// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/error.h"
#include "mapper/compile/emit.h"

namespace weft::mapper {

using program::Opcode;

namespace {

void check_fit(const ProgramBuilder& builder) {
  const uint64_t used = builder.scratchpad_used();
  const uint64_t available = builder.target.scratchpad_bytes;
  if (used <= available) return;
  throw base::UserError(
      fmt::format("the mapping does not fit: it needs {} bytes of scratchpad per core, {} more "
                  "than the {} there are; "
                  "halving accum slots to {} frees the most",
                  used, used - available, available, builder.plan.slots / 2));
}

}  // namespace

CompiledKernel compile_spgemm(const SpgemmPlan& plan, const FabricTarget& target,
                              const SpgemmOperands& operands) {
  ProgramBuilder builder(plan, target);
  builder.kernel.program.result_rows = operands.a.rows;
  builder.add_operands(operands);
  if (plan.b.dma) {
    builder.arrays.b_column_held =
        builder.held_array(builder.arrays.b_column, kBufferElements * plan.b.buffers);
    builder.arrays.b_value_held =
        builder.held_array(builder.arrays.b_value, kBufferElements * plan.b.buffers);
  }
  std::vector<program::MicroOp> single = emit_distribution(builder, operands.a.rows);
  emit_windows(builder, operands);
  builder.code.emit({.op = Opcode::Barrier, .slots = target.scalar.barrier, .immediate = 1});
  builder.code.emit({.op = Opcode::Halt});
  const auto entries = static_cast<uint64_t>(operands.bound_start.back());
  builder.kernel.program.result_start_base =
      builder.memory_space((static_cast<uint64_t>(operands.a.rows) + 1) * 8);
  builder.kernel.program.result_column_base = builder.memory_space(entries * target.index_bytes);
  builder.kernel.program.result_value_base = builder.memory_space(entries * 8);
  check_fit(builder);
  return builder.finish(std::move(single));
}

}  // namespace weft::mapper
