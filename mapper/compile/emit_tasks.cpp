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

/// The loop over the tasks of a list, `stored` being the array with the ranges of owners.
void emit_flow(ProgramBuilder& builder, int64_t list, int16_t stored,
               const std::function<void()>& body) {
  Steps steps(builder);
  const auto loop = steps.label(), done = steps.label();
  steps.place(loop);
  builder.attribute(builder.plan.lines.balance, "mul", "A", "balance");
  builder.code.jump({.op = Opcode::TaskFlow,
                     .a = reg::kTask,
                     .slots = builder.target.scalar.task,
                     .array = stored,
                     .immediate = list},
                    done);
  body();
  steps.go(loop);
  steps.place(done);
}

void emit_shared_tasks(ProgramBuilder& builder, int64_t count, const std::function<void()>& body) {
  std::vector<program::TaskList>& lists = builder.kernel.program.task_lists;
  const auto list = static_cast<int64_t>(lists.size());
  lists.push_back({count,
                   tasks_per_group(builder.plan, builder.target.cores, count),
                   builder.memory_space(8),
                   {}});
  emit_flow(builder, list, -1, body);
}

/// [core] its tasks: those of the rows that it owns.
std::vector<std::vector<program::TaskRange>> owned_ranges(
    const RowShares& owners, unsigned cores, const std::vector<int64_t>& first_of_row) {
  std::vector<std::vector<program::TaskRange>> owned(cores);
  for (size_t i = 0; i < owners.begins.size(); ++i) {
    const auto end = i + 1 < owners.begins.size() ? owners.begins[i + 1]
                                                  : static_cast<int64_t>(first_of_row.size()) - 1;
    const program::TaskRange range{first_of_row[static_cast<size_t>(owners.begins[i])],
                                   first_of_row[static_cast<size_t>(end)]};
    if (range.begin < range.end) owned[owners.owners[i]].push_back(range);
  }
  return owned;
}

}  // namespace

void emit_owned_tasks(ProgramBuilder& builder, const std::vector<int64_t>& first_of_row,
                      const std::function<void()>& body) {
  Steps steps(builder);
  program::TaskList list;
  list.count = first_of_row.back();
  list.owned = owned_ranges(builder.places.work, builder.target.cores, first_of_row);
  size_t most = 1;
  for (const auto& ranges : list.owned) most = std::max(most, ranges.size());
  const int16_t stored = builder.local_array("task.ranges", "Z", program::ElementType::Int64, 8,
                                             2 * static_cast<uint64_t>(most));
  std::vector<program::TaskList>& lists = builder.kernel.program.task_lists;
  const auto id = static_cast<int64_t>(lists.size());
  lists.push_back(std::move(list));
  emit_flow(builder, id, stored, body);
}

int64_t tasks_per_group(const SpgemmPlan& plan, unsigned cores, int64_t count) {
  if (plan.rows_per_group > 0) return plan.rows_per_group;
  if (cores == 1) return std::max<int64_t>(count, 1);
  return std::max<int64_t>(count / (cores * kGroupsPerCore), 1);
}

void emit_tasks(ProgramBuilder& builder, int64_t count, const std::function<void()>& body) {
  Steps steps(builder);
  if (builder.plan.rows == Assignment::Dynamic) return emit_shared_tasks(builder, count, body);
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
