// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/lower_contraction.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "kernels/ir/loops.h"
#include "mapper/gpu/fused_tensor.h"
#include "mapper/gpu/group_grid.h"
#include "mapper/gpu/group_launch.h"
#include "mapper/gpu/read_shape.h"
#include "mapper/gpu/shared_fit.h"
#include "mapper/gpu/tile_options.h"

namespace weft::mapper {

namespace {

class ContractionLowerer {
 public:
  ContractionLowerer(const ir::Kernel& kernel, const machine::GpuDescription& gpu,
                     base::Diagnostics& diagnostics)
      : kernel_(kernel), gpu_(gpu), diagnostics_(diagnostics) {}

  GpuMapping lower() {
    for (const ir::Statement& statement : kernel_.statements) {
      std::optional<StatementPlan> plan = plan_statement(statement);
      if (!plan) continue;
      if (!continues_group(*plan)) mapping_.groups.emplace_back();
      mapping_.groups.back().statements.push_back(std::move(*plan));
    }
    if (!diagnostics_.empty()) return {};
    for (LaunchGroup& group : mapping_.groups) finish(group);
    return std::move(mapping_);
  }

 private:
  std::optional<StatementPlan> plan_statement(const ir::Statement& statement) {
    StatementPlan plan;
    const auto form = contraction_form(kernel_, statement, diagnostics_);
    if (!form) return std::nullopt;
    const auto walk = tile_walk(kernel_, *form, diagnostics_);
    if (!walk) return std::nullopt;
    const ir::StatementSchedule schedule = ir::effective_schedule(kernel_, statement);
    const auto unit = choose_unit(kernel_, *form, *schedule.tensorize, gpu_, diagnostics_);
    if (!unit) return std::nullopt;
    plan.form = *form;
    plan.walk = *walk;
    plan.shape = contraction_shape(kernel_, *form, *unit);
    plan.shape.a_on_chip = stays_on_sm(kernel_, form->a->name);
    plan.shape.b_on_chip = stays_on_sm(kernel_, form->b->name);
    plan.shape.c_on_chip = stays_on_sm(kernel_, form->c->name);
    plan.tma = uses_tma(schedule);
    if (!plan.shape.tensor_cores) check_loads(schedule);
    const TileOptions options = tile_options(kernel_, *form, diagnostics_);
    plan.tile = described_tile(plan.shape, options, plan.tma, gpu_);
    if (plan.tile.thread_each) check_threads(schedule, *form, plan);
    if (plan.walk.split_k > 1 && plan.shape.c_on_chip && !plan.tile.thread_each) {
      slice_sum(plan);
    } else {
      plan.tile.split_k = plan.walk.split_k;
    }
    return plan;
  }

  /// CTAs cannot add into a result that stays on one SM: there groups of the CTA's own warps divide
  /// the sum ("sliced-K" of CUTLASS).
  void slice_sum(StatementPlan& plan) {
    const TileChoice& tile = plan.tile;
    const auto slices = static_cast<int>(plan.walk.split_k);
    plan.tile = sliced_tile(plan.shape, gpu_,
                            {tile.m, tile.n, tile.k * tile.slices, tile.stages, plan.tma}, slices);
    plan.walk.split_k = 1;
  }

  /// Tiles on the multiply-add pipes are loaded through registers.
  void check_loads(const ir::StatementSchedule& schedule) {
    for (const auto& hold : schedule.hold.entries) {
      if (hold.value.via.value() == ir::Transfer::Load) continue;
      ir::report(diagnostics_, hold.value.via.where,
                 fmt::format("threads load the blocks of tiles on fma (via: load); found {}",
                             ir::text_of(hold.value.via.value())));
    }
  }

  /// Where a thread computes one element, all rows and columns of a tile have one, on the ordinary
  /// pipes.
  void check_threads(const ir::StatementSchedule& schedule, const ContractionForm& form,
                     const StatementPlan& plan) {
    constexpr int64_t kMostThreads = 1024;
    const ir::Tensorize& tensorize = *schedule.tensorize;
    const auto tell = [&](const std::string& what) {
      ir::report(diagnostics_, tensorize.over.front().where, what);
    };
    for (const ir::Loop& loop : ir::loops_of(kernel_, *form.statement, schedule)) {
      const bool in_tile = std::ranges::count(tensorize.over, loop.name, &ir::LoopName::text) > 0;
      const bool summed = form.role_of(loop.parent) == IndexRole::K;
      if (!in_tile || summed == (schedule.par.find(loop.name) == nullptr)) continue;
      tell(
          fmt::format("threads of {} compute one element of {} each: its rows and columns in the "
                      "tile are on thread and its sum is not; '{}' is otherwise",
                      form.statement->name, form.c->name, loop.name));
    }
    if (plan.shape.tensor_cores) tell("one element for each thread needs tensorize: {use: fma}");
    if (plan.tile.m * plan.tile.n > kMostThreads) {
      tell(fmt::format(
          "a tile of {} x {} needs {} threads, one for each element, and a block has at "
          "most {}; choose a smaller tile",
          plan.tile.m, plan.tile.n, plan.tile.m * plan.tile.n, kMostThreads));
    }
  }

  bool continues_group(const StatementPlan& plan) const {
    if (mapping_.groups.empty()) return false;
    const auto writes = [](const std::string& tensor) {
      return [&tensor](const StatementPlan& other) { return other.form.c->name == tensor; };
    };
    const auto& members = mapping_.groups.back().statements;
    return (plan.shape.a_on_chip && std::ranges::any_of(members, writes(plan.shape.a_name))) ||
           (plan.shape.b_on_chip && std::ranges::any_of(members, writes(plan.shape.b_name)));
  }

  void finish(LaunchGroup& group) {
    if (group.statements.size() > 1) share_warps(group);
    share_grid(kernel_, group, diagnostics_);
    check_partners(group);
    keep_tensors(kernel_, group, diagnostics_);
    if (!diagnostics_.empty()) return;
    check_shared_memory(kernel_, group, gpu_, diagnostics_);
    check_limits(kernel_, group, group_launch(group, 0, diagnostics_), diagnostics_);
  }

  /// The warps of a CTA stay the same from statement to statement.
  void share_warps(LaunchGroup& group) {
    int threads = 0;
    for (const StatementPlan& plan : group.statements) {
      threads = std::max(threads, plan.tile.threads);
    }
    for (StatementPlan& plan : group.statements) {
      const TileChoice& tile = plan.tile;
      if (tile.threads == threads) continue;
      plan.tile =
          sliced_tile(plan.shape, gpu_,
                      {tile.m, tile.n, tile.k * tile.slices, tile.stages, plan.tma, threads / 32},
                      plan.shape.c_on_chip ? tile.slices : 1);
    }
  }

  /// A tensor that stays on the SM is written and read in one launch.
  void check_partners(const LaunchGroup& group) {
    for (const StatementPlan& plan : group.statements) {
      for (const auto& operand : {std::pair{plan.shape.a_on_chip, plan.shape.a_name},
                                  {plan.shape.b_on_chip, plan.shape.b_name}}) {
        const auto& [on_chip, name] = operand;
        const bool written = std::ranges::any_of(group.statements, [&](const StatementPlan& other) {
          return other.form.c->name == operand.second;
        });
        if (!on_chip || written) continue;
        ir::report(diagnostics_, kernel_.schedule.fuse_at.entries.front().key.where,
                   fmt::format("{} reads {}, which was made in another launch; only tensors of the "
                               "statement before can stay on an SM",
                               plan.form.statement->name, name));
      }
    }
  }

  const ir::Kernel& kernel_;
  const machine::GpuDescription& gpu_;
  base::Diagnostics& diagnostics_;
  GpuMapping mapping_;
};

}  // namespace

GpuMapping lower_contractions(const ir::Kernel& kernel, const machine::GpuDescription& gpu,
                              base::Diagnostics& diagnostics) {
  return ContractionLowerer(kernel, gpu, diagnostics).lower();
}

program::GridProgram compile_mapping(const GpuMapping& mapping, base::Diagnostics& diagnostics) {
  program::GridProgram program;
  for (const LaunchGroup& group : mapping.groups) {
    const auto first = static_cast<uint16_t>(program.sources.size());
    for (const StatementPlan& plan : group.statements) {
      const ir::Statement& statement = *plan.form.statement;
      const std::string file = std::filesystem::path(statement.where.file).filename().string();
      program.sources.push_back({file, statement.where.line, statement.name, "", "product"});
    }
    program.launches.push_back(group_launch(group, first, diagnostics));
  }
  return program;
}

bool is_tile_kernel(const ir::Kernel& kernel) {
  base::Diagnostics ignored;
  return std::ranges::all_of(kernel.statements, [&](const ir::Statement& statement) {
    return ir::effective_schedule(kernel, statement).tensorize.has_value() &&
           contraction_form(kernel, statement, ignored).has_value();
  });
}

}  // namespace weft::mapper
