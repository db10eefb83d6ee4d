// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/shared_fit.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "mapper/gpu/group_launch.h"
#include "mapper/gpu/warp.h"
#include "sim/machine/sm_limits.h"

namespace weft::mapper {

namespace {

int most_stages(const LaunchGroup& group) {
  int most = 0;
  for (const StatementPlan& plan : group.statements) most = std::max(most, plan.tile.stages);
  return most;
}

/// What a group takes with at most so many buffers.
int64_t bytes_with_stages(LaunchGroup group, int stages) {
  for (StatementPlan& plan : group.statements) {
    plan.tile.stages = std::min(plan.tile.stages, stages);
  }
  return shared_bytes(group);
}

/// What it takes with the columns of its tiles halved so many times; a tensor that stays is as wide
/// as they are.
int64_t bytes_with_columns(LaunchGroup group, int64_t parts) {
  for (StatementPlan& plan : group.statements) {
    plan.tile.n = std::max<int64_t>(1, plan.tile.n / parts);
  }
  group.fused_shared_bytes /= parts;
  return shared_bytes(group);
}

/// The loop whose size is the columns of the tiles.
std::optional<std::string> columns_loop(const ir::Kernel& kernel, const StatementPlan& plan) {
  for (const std::string& index : plan.form.of(IndexRole::N)) {
    for (const auto* block : {kernel.schedule.statements.find(plan.form.statement->name),
                              static_cast<const ir::StatementSchedule*>(&kernel.schedule.all)}) {
      const auto* pieces = block == nullptr ? nullptr : block->split.find(index);
      if (pieces != nullptr) return pieces->back().text;
    }
  }
  return std::nullopt;
}

std::string relaxation(const ir::Kernel& kernel, const LaunchGroup& group, int64_t limit) {
  for (int stages = most_stages(group) - 1; stages >= 2; --stages) {
    if (bytes_with_stages(group, stages) <= limit) return fmt::format("buf: {}", stages);
  }
  const StatementPlan& first = group.statements.front();
  const auto loop = columns_loop(kernel, first);
  for (int64_t parts = 2; loop && first.tile.n / parts >= 8; parts *= 2) {
    if (bytes_with_columns(group, parts) <= limit)
      return fmt::format("tiles: {{{}: {}}}", *loop, first.tile.n / parts);
  }
  return group.fused_shared_bytes > 0 ? "fuse_at: {in: dram}" : "smaller tiles";
}

}  // namespace

int64_t shared_limit(const ir::Kernel& kernel, const machine::GpuDescription& gpu) {
  const auto cc = machine::parse_compute_capability(gpu.compute_capability).value();
  const int64_t machine_bytes = machine::sm_limits(cc).shared_bytes_opt_in;
  const auto& asked = kernel.bind.limits.smem_per_cta;
  return asked ? std::min(asked->bytes, machine_bytes) : machine_bytes;
}

void check_shared_memory(const ir::Kernel& kernel, const LaunchGroup& group,
                         const machine::GpuDescription& gpu, base::Diagnostics& diagnostics) {
  const int64_t limit = shared_limit(kernel, gpu);
  const int64_t needed = shared_bytes(group);
  if (needed <= limit) return;
  std::string what = fmt::format("its staged blocks take {} B", needed - group.fused_shared_bytes);
  if (group.fused_shared_bytes > 0)
    what += fmt::format(" and what stays between statements {} B", group.fused_shared_bytes);
  ir::report(diagnostics, group.statements.front().form.statement->where,
             fmt::format("{} does not fit smem: {}, which is {} B more than the {} B of a block on "
                         "{}; cheapest relaxation: {}",
                         group.statements.front().form.statement->name, what, needed - limit, limit,
                         gpu.name, relaxation(kernel, group, limit)));
}

void check_limits(const ir::Kernel& kernel, const LaunchGroup& group, const program::Launch& launch,
                  base::Diagnostics& diagnostics) {
  const auto check = [&](const std::optional<int64_t>& limit, int needed, std::string_view what) {
    if (!limit || needed <= *limit) return;
    ir::report(diagnostics, group.statements.front().form.statement->where,
               fmt::format("{} needs {} {}, {} more than the {} of bind.limits; a smaller tile "
                           "needs fewer",
                           launch.name, needed, what, needed - *limit, *limit));
  };
  if (launch.registers > kMostRegisters) {
    ir::report(diagnostics, group.statements.front().form.statement->where,
               fmt::format("{} needs {} registers per thread, {} more than a thread may have; a "
                           "smaller tile needs fewer",
                           launch.name, launch.registers, launch.registers - kMostRegisters));
  }
  check(kernel.bind.limits.threads_per_cta, launch.threads, "threads per CTA");
  check(kernel.bind.limits.regs_per_thread, launch.registers, "registers per thread");
}

}  // namespace weft::mapper
