// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

namespace weft::mapper {

using program::Assignment;
using program::Opcode;

namespace {

/// Groups per core when the plan leaves their size open: enough that the last ones even out what
/// the rows' weights differ by, few enough that the machine's counter is no bottleneck.
constexpr int64_t kGroupsPerCore = 16;

void emit_flowing(ProgramBuilder& builder, int64_t count, const std::function<void()>& body) {
  Steps steps(builder);
  std::vector<program::TaskList>& lists = builder.kernel.program.task_lists;
  const auto list = static_cast<int64_t>(lists.size());
  lists.push_back({count, tasks_per_group(builder, count), builder.memory_space(8)});
  const auto loop = steps.label(), done = steps.label();
  steps.place(loop);
  builder.attribute(builder.plan.lines.balance, "mul", "A", "balance");
  builder.code.jump({.op = Opcode::TaskFlow,
                     .a = reg::kTask,
                     .slots = builder.target.scalar.task,
                     .immediate = list},
                    done);
  body();
  steps.go(loop);
  steps.place(done);
}

}  // namespace

int64_t tasks_per_group(const ProgramBuilder& builder, int64_t count) {
  if (builder.plan.rows_per_group > 0) return builder.plan.rows_per_group;
  if (builder.target.cores == 1) return std::max<int64_t>(count, 1);
  return std::max<int64_t>(count / (builder.target.cores * kGroupsPerCore), 1);
}

void emit_tasks(ProgramBuilder& builder, int64_t count, const std::function<void()>& body) {
  Steps steps(builder);
  if (builder.plan.rows == Assignment::Dynamic) {
    emit_flowing(builder, count, body);
    return;
  }
  builder.attribute(builder.plan.lines.balance, "mul", "A", "balance");
  steps.set(reg::kTaskEnd, count);
  if (builder.plan.rows == Assignment::RoundRobin) {
    steps.move(reg::kTask, reg::kGlobalThread);
    steps.count_up(reg::kTask, reg::kTaskEnd, reg::kGlobalThreads, body);
  } else {
    steps.machine_share(reg::kTask, reg::kTaskEnd, reg::kTaskEnd);
    steps.count_up(reg::kTask, reg::kTaskEnd, body);
  }
}

}  // namespace weft::mapper
