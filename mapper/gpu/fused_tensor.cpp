// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/fused_tensor.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/ir/loops.h"

namespace weft::mapper {

namespace {

constexpr int64_t kRegisterBytes = 4;

const ir::Expression* access_of(const StatementPlan& plan, const std::string& tensor) {
  for (const ir::Expression* access : {plan.form.c, plan.form.a, plan.form.b}) {
    if (access->name == tensor) return access;
  }
  return nullptr;
}

/// Elements of a tensor that a statement touches in one iteration of a loop: of every index in the
/// subscripts its whole extent where it is walked inside, else its part of the tile. -1 where the
/// statement has no such loop.
int64_t slice_elements(const ir::Kernel& kernel, const StatementPlan& plan,
                       const ir::Expression& access, const std::string& loop) {
  const ir::StatementSchedule schedule = ir::effective_schedule(kernel, *plan.form.statement);
  const std::vector<ir::Loop> loops = ir::loops_of(kernel, *plan.form.statement, schedule);
  const auto& order = schedule.order.value();
  const auto place = [&](const std::string& name) {
    return std::ranges::find(order, name, &ir::LoopName::text) - order.begin();
  };
  const auto at = place(loop);
  if (ir::find_loop(loops, loop) == nullptr) return -1;
  int64_t elements = 1;
  for (const IndexWalk& index : plan.walk.indices) {
    bool used = false;
    ir::for_each_expression(access, [&](const auto& each) { used |= each.name == index.index; });
    const auto outer = std::ranges::find_if(
        loops, [&](const ir::Loop& each) { return each.parent == index.index && each.piece == 0; });
    if (!used) continue;
    elements *= place(outer->name) > at ? index.extent : std::min(index.tile, index.extent);
  }
  return elements;
}

}  // namespace

bool stays_on_sm(const ir::Kernel& kernel, const std::string& tensor) {
  const ir::FuseAt* fuse = kernel.schedule.fuse_at.find(tensor);
  return fuse != nullptr && fuse->in.value() != ir::Memory::Dram;
}

void keep_tensors(const ir::Kernel& kernel, LaunchGroup& group, base::Diagnostics& diagnostics) {
  int threads = 1;
  for (const StatementPlan& plan : group.statements) threads = std::max(threads, plan.tile.threads);
  for (const auto& fuse : kernel.schedule.fuse_at.entries) {
    const std::string& name = fuse.key.text;
    const auto writer = std::ranges::find_if(
        group.statements, [&](const StatementPlan& plan) { return plan.form.c->name == name; });
    if (writer == group.statements.end() || !stays_on_sm(kernel, name)) continue;
    int64_t elements = -1;
    for (const StatementPlan& plan : group.statements) {
      const ir::Expression* access = access_of(plan, name);
      if (access == nullptr || elements >= 0) continue;
      elements = slice_elements(kernel, plan, *access, fuse.value.loop.value().text);
    }
    if (elements < 0) {
      ir::report(diagnostics, fuse.value.loop.where,
                 fmt::format("fuse_at of {} names loop '{}', which neither writes nor reads it",
                             name, fuse.value.loop.value().text));
      continue;
    }
    const int64_t bytes = elements * ir::bytes_of(kernel.find_tensor(name)->dtype);
    if (fuse.value.in.value() == ir::Memory::Reg) {
      group.fused_registers += bytes / threads / kRegisterBytes;
    } else {
      group.fused_shared_bytes += bytes;
    }
  }
}

}  // namespace weft::mapper
