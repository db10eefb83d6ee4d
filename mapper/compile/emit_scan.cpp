// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

namespace weft::mapper {

using program::ElementType;

namespace {

void add_storage(ProgramBuilder& builder) {
  ArrayIds& arrays = builder.arrays;
  const FabricTarget& target = builder.target;
  if (arrays.partial_sum < 0) {
    arrays.partial_sum =
        builder.scratchpad_array("partial_sum", ElementType::Int64, 8, target.threads_per_core);
  }
  if (arrays.core_total < 0 && target.cores > 1) {
    arrays.core_total = builder.memory_array({"core_total", "Z", ElementType::Int64, 8,
                                              uint64_t{target.cores} * target.threads_per_core});
  }
}

/// The last thread of each core publishes the core's total; after a barrier every thread adds those
/// of the cores before it.
void emit_cores_before(ProgramBuilder& builder) {
  Steps steps(builder);
  const auto others = steps.label();
  steps.add_immediate(reg::kTemporary, reg::kThreads, -1);
  steps.subtract(reg::kLength, reg::kGlobalThread, reg::kThread);
  steps.if_not_equal(reg::kThread, reg::kTemporary, others);
  steps.add(reg::kTemporary, reg::kPosition, reg::kSum);
  steps.scatter(reg::kTemporary, builder.arrays.core_total, reg::kLength);
  steps.place(others);
  steps.machine_barrier();
  steps.set(reg::kMore, 0);
  steps.count_up(reg::kMore, reg::kLength, reg::kThreads, [&] {
    steps.load(reg::kTemporary, builder.arrays.core_total, reg::kMore);
    steps.add(reg::kPosition, reg::kPosition, reg::kTemporary);
  });
}

}  // namespace

void emit_core_prefix(ProgramBuilder& builder, const IndexedValue& value) {
  add_storage(builder);
  Steps steps(builder);
  steps.move(reg::kMore, reg::kIndex);
  steps.set(reg::kSum, 0);
  steps.count_up(reg::kMore, reg::kLimit, [&] {
    value(reg::kMore);
    steps.add(reg::kSum, reg::kSum, reg::kCount);
  });
  steps.store(reg::kSum, builder.arrays.partial_sum, reg::kThread);
  steps.core_barrier();
  steps.set(reg::kMore, 0);
  steps.set(reg::kPosition, 0);
  steps.count_up(reg::kMore, reg::kThread, [&] {
    steps.load(reg::kTemporary, builder.arrays.partial_sum, reg::kMore);
    steps.add(reg::kPosition, reg::kPosition, reg::kTemporary);
  });
}

void emit_scan(ProgramBuilder& builder, int64_t count, const IndexedValue& value,
               const std::function<void()>& use) {
  Steps steps(builder);
  steps.set(reg::kConstant, count);
  steps.machine_share(reg::kIndex, reg::kLimit, reg::kConstant);
  emit_core_prefix(builder, value);
  if (builder.target.cores > 1) emit_cores_before(builder);
  steps.count_up(reg::kIndex, reg::kLimit, [&] {
    value(reg::kIndex);
    use();
    steps.add(reg::kPosition, reg::kPosition, reg::kCount);
  });
  steps.machine_barrier();
}

void emit_upper_bounds(ProgramBuilder& builder, int16_t counts, int64_t rows, int64_t cols) {
  Steps steps(builder);
  builder.arrays.task_position =
      builder.memory_array({"C.position", "Z", ElementType::Int64, 8, static_cast<uint64_t>(rows)});
  builder.attribute(builder.plan.lines.accumulate, "mul", "Z", "positions");
  const auto bound_of = [&](uint8_t row) {
    steps.load(reg::kCount, counts, row);
    steps.set(reg::kTemporary, cols);
    steps.minimum(reg::kCount, reg::kCount, reg::kTemporary);
  };
  emit_scan(builder, rows, bound_of,
            [&] { steps.store(reg::kPosition, builder.arrays.task_position, reg::kIndex); });
}

}  // namespace weft::mapper
