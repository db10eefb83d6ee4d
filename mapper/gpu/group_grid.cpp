// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/group_grid.h"

#include <algorithm>

#include <fmt/format.h>

namespace weft::mapper {

namespace {

bool same_dimension(const GridDimension& a, const GridDimension& b) {
  if (a.axis != 0 && b.axis != 0) return a.axis == b.axis;
  return a.loops.front() == b.loops.front();
}

/// Coordinates for the dimensions of the statement that has most, slowest first. The two fastest
/// are the tile coordinates m and n; a dimension of rows or columns keeps its own where it can, and
/// a slower dimension is the batch.
std::vector<GridAxis> axes_of(const std::vector<GridDimension>& dimensions) {
  if (dimensions.size() == 1) {
    const IndexRole role = dimensions[0].role;
    if (role == IndexRole::Batch) return {GridAxis::Batch};
    return {role == IndexRole::N ? GridAxis::N : GridAxis::M};
  }
  std::vector<GridAxis> axes(dimensions.size(), GridAxis::Batch);
  const bool batch_first = dimensions.size() == 2 && dimensions[0].role == IndexRole::Batch;
  const size_t fast = dimensions.size() - 1;
  const bool n_fastest = dimensions[fast].role == IndexRole::N ||
                         (dimensions[fast - 1].role == IndexRole::M && !batch_first);
  axes[fast] = n_fastest ? GridAxis::N : GridAxis::M;
  if (!batch_first) axes[fast - 1] = n_fastest ? GridAxis::M : GridAxis::N;
  return axes;
}

int64_t& tiles_along(program::Grid& grid, GridAxis axis) {
  if (axis == GridAxis::Batch) return grid.batch;
  return axis == GridAxis::M ? grid.m_tiles : grid.n_tiles;
}

class GridSharer {
 public:
  GridSharer(const ir::Kernel& kernel, LaunchGroup& group, base::Diagnostics& diagnostics)
      : kernel_(kernel), group_(group), diagnostics_(diagnostics) {}

  void share() {
    const auto& statements = group_.statements;
    lead_ = &*std::ranges::max_element(
        statements, {}, [](const StatementPlan& plan) { return plan.walk.grid.size(); });
    const std::vector<GridDimension>& dimensions = lead_->walk.grid;
    axes_ = axes_of(dimensions);
    for (size_t i = 0; i < dimensions.size(); ++i) {
      tiles_along(group_.grid, axes_[i]) = dimensions[i].tiles;
      group_.grid.swizzle = std::max(group_.grid.swizzle, dimensions[i].band);
    }
    group_.grid.n_fastest = !axes_.empty() && axes_.back() == GridAxis::N;
    group_.grid.split_k = lead_->walk.split_k;
    for (const StatementPlan& plan : statements) group_.axes.push_back(match(plan));
  }

 private:
  std::vector<AxisOfRole> match(const StatementPlan& plan) {
    const std::vector<GridDimension>& dimensions = lead_->walk.grid;
    const std::string& name = plan.form.statement->name;
    std::vector<AxisOfRole> axes;
    std::vector<bool> used(dimensions.size(), false);
    for (const GridDimension& mine : plan.walk.grid) {
      const auto found = std::ranges::find_if(
          dimensions, [&](const GridDimension& theirs) { return same_dimension(mine, theirs); });
      if (found == dimensions.end() || found->tiles != mine.tiles) {
        ir::report(
            diagnostics_, plan.form.statement->where,
            fmt::format("{} deals {} tiles of '{}' to CTAs, but {}, with which it is fused, "
                        "{}",
                        name, mine.tiles, mine.loops.front(), lead_->form.statement->name,
                        found == dimensions.end() ? "none" : fmt::format("{}", found->tiles)));
        continue;
      }
      const auto at = static_cast<size_t>(found - dimensions.begin());
      used[at] = true;
      axes.push_back({mine.role, axes_[at]});
    }
    if (plan.walk.split_k > 1 && group_.statements.size() > 1) {
      ir::report(
          diagnostics_, plan.form.statement->where,
          fmt::format("{} divides its sum over CTAs (split_k), which the statements that it is "
                      "fused with cannot; fuse_at {{in: dram}} or reduce serial",
                      name));
    }
    check_recomputed(plan, used);
    return axes;
  }

  /// A statement without a dimension of the grid is computed by every CTA along it.
  void check_recomputed(const StatementPlan& plan, const std::vector<bool>& used) {
    const auto missing = std::ranges::find(used, false);
    if (missing == used.end()) return;
    const auto& dimension = lead_->walk.grid[static_cast<size_t>(missing - used.begin())];
    const ir::FuseAt* fuse = kernel_.schedule.fuse_at.find(plan.form.c->name);
    const bool allowed = fuse != nullptr && fuse->recompute.fixed() &&
                         fuse->recompute.value() == ir::Recompute::Always;
    if (allowed || dimension.tiles == 1) return;
    ir::report(diagnostics_, plan.form.statement->where,
               fmt::format("each of the {} tiles of '{}' would compute {} again; say recompute: "
                           "always, or fuse_at {{in: dram}}",
                           dimension.tiles, dimension.loops.front(), plan.form.statement->name));
  }

  const ir::Kernel& kernel_;
  LaunchGroup& group_;
  base::Diagnostics& diagnostics_;
  const StatementPlan* lead_ = nullptr;
  std::vector<GridAxis> axes_;
};

}  // namespace

void share_grid(const ir::Kernel& kernel, LaunchGroup& group, base::Diagnostics& diagnostics) {
  GridSharer(kernel, group, diagnostics).share();
}

}  // namespace weft::mapper
