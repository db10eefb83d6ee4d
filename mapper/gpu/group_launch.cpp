// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/group_launch.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

using program::TileTraffic;

/// Registers beyond any limit, in a range that sums of them stay in.
constexpr int64_t kFarTooMany = 1 << 20;

constexpr IndexRole kGridRoles[] = {IndexRole::Batch, IndexRole::M, IndexRole::N};

bool follows(const TileTraffic& traffic, IndexRole role) {
  if (role == IndexRole::Batch) return traffic.by_batch;
  return role == IndexRole::M ? traffic.by_m : traffic.by_n;
}

/// Turns a segment of one statement, whose traffic follows the roles of the statement's own
/// indices, into one whose traffic follows the coordinates of the group's grid.
class SegmentPlacer {
 public:
  SegmentPlacer(const StatementPlan& plan, const std::vector<AxisOfRole>& axes,
                const program::Grid& own, const program::Grid& shared,
                base::Diagnostics& diagnostics)
      : plan_(plan), axes_(axes), own_(own), shared_(shared), diagnostics_(diagnostics) {}

  void place(program::Segment& segment) {
    for (TileTraffic& load : segment.loads) place_load(load);
    for (TileTraffic& store : segment.stores) place_traffic(store, true);
    for (const IndexRole role : kGridRoles) {
      const int64_t walked = walked_tiles(role);
      segment.iterations *= walked;
      segment.store_instructions *= static_cast<uint32_t>(walked);
      segment.products *= static_cast<double>(walked);
    }
  }

 private:
  std::optional<GridAxis> axis_of(IndexRole role) const {
    const auto found = std::ranges::find(axes_, role, &AxisOfRole::role);
    return found == axes_.end() ? std::nullopt : std::optional(found->axis);
  }

  int64_t tiles(IndexRole role) const {
    if (role == IndexRole::Batch) return own_.batch;
    return role == IndexRole::M ? own_.m_tiles : own_.n_tiles;
  }

  /// Tiles of a role that one CTA walks.
  int64_t walked_tiles(IndexRole role) const { return axis_of(role) ? 1 : tiles(role); }

  void place_load(TileTraffic& load) {
    // What a CTA walks by itself no neighbour walks with it.
    if (!axis_of(load.rows_are_m ? IndexRole::N : IndexRole::M)) load.readers = 1;
    for (const IndexRole role : kGridRoles) {
      if (walked_tiles(role) == 1 || follows(load, role)) continue;
      ir::report(diagnostics_, plan_.form.statement->where,
                 fmt::format("one CTA would read {} again for each of the {} tiles that {} walks; "
                             "put their loop on cta",
                             load.tensor, walked_tiles(role), plan_.form.statement->name));
    }
    place_traffic(load, false);
  }

  /// A walked dimension makes blocks of a load differ from iteration to iteration, and a store as
  /// much larger.
  void place_traffic(TileTraffic& traffic, bool is_store) {
    const TileTraffic own = traffic;
    traffic.by_batch = traffic.by_m = traffic.by_n = false;
    for (const IndexRole role : kGridRoles) {
      if (!follows(own, role)) continue;
      const auto axis = axis_of(role);
      if (axis == GridAxis::Batch) traffic.by_batch = true;
      if (axis == GridAxis::M) traffic.by_m = true;
      if (axis == GridAxis::N) traffic.by_n = true;
      if (!axis && is_store) traffic.bytes_per_row *= static_cast<double>(tiles(role));
    }
    place_rows(traffic, own.rows_are_m ? IndexRole::M : IndexRole::N);
  }

  /// The last tile of a role may be partial. Where no tile coordinate of the grid walks the role,
  /// its tiles count as equal shares of it.
  void place_rows(TileTraffic& traffic, IndexRole role) {
    const auto axis = axis_of(role);
    if (axis == GridAxis::M || axis == GridAxis::N) {
      traffic.rows_are_m = axis == GridAxis::M;
      return;
    }
    const double covered = static_cast<double>(tiles(role) * traffic.tile_rows);
    traffic.bytes_per_row *= static_cast<double>(traffic.rows) / covered;
    traffic.rows_are_m = true;
    traffic.rows = traffic.tile_rows * shared_.m_tiles;
  }

  const StatementPlan& plan_;
  const std::vector<AxisOfRole>& axes_;
  const program::Grid& own_;
  const program::Grid& shared_;
  base::Diagnostics& diagnostics_;
};

/// Bytes of the sums of all groups of warps that divide a tile's k, in the accumulators' 32 bits
/// (or 64); 0 where one group has the whole sum.
double partial_sum_bytes(const StatementPlan& plan) {
  if (plan.tile.slices == 1 || !plan.shape.c_on_chip) return 0;
  const double bytes = plan.shape.math == program::MathType::Fp64 ? 8 : 4;
  return bytes * static_cast<double>(plan.tile.m * plan.tile.n * plan.tile.slices);
}

/// Groups of warps meet in shared memory once per tile: each puts its sums there, then all warps
/// read and add a share of them.
void add_partial_sums(program::Segment& segment, const StatementPlan& plan, double tiles_per_step,
                      double warps) {
  const double bytes = partial_sum_bytes(plan) * tiles_per_step / warps;
  if (bytes == 0) return;
  constexpr double kWordsOfWarp = 4 * kLanes;
  segment.body.steps.push_back({program::WarpOp::StoreShared, 1, bytes, 0, program::kNoToken});
  segment.body.steps.push_back({program::WarpOp::Barrier});
  segment.body.steps.push_back({program::WarpOp::LoadShared, 1, bytes, 0, program::kNoToken});
  segment.body.steps.push_back(
      {program::WarpOp::Alu, static_cast<uint32_t>(std::max(1.0, bytes / kWordsOfWarp))});
}

/// A cluster lies along one axis of the grid, whatever each statement would like: along the one
/// where its reads are more.
void agree_on_cluster(program::Launch& launch) {
  double along_m = 0, along_n = 0;
  const auto each_load = [&](const auto& visit) {
    for (program::Segment& segment : launch.segments) {
      for (TileTraffic& load : segment.loads) visit(segment, load);
    }
  };
  each_load([&](const program::Segment& segment, const TileTraffic& load) {
    const double saved = load.bytes_per_row * static_cast<double>(load.tile_rows) *
                         static_cast<double>(segment.iterations) * (1 - 1 / load.readers);
    (load.by_m ? along_n : along_m) += saved;
  });
  each_load([&](const program::Segment&, TileTraffic& load) {
    if (load.by_m != (along_n > along_m)) load.readers = 1;
  });
}

/// Puts a result that stays into shared memory: a share of it after each iteration.
void store_on_chip(program::Segment& segment, const StatementPlan& plan, double warps) {
  const double bytes = static_cast<double>(plan.tile.m * plan.tile.n) * plan.shape.c_bytes;
  const double steps = static_cast<double>(segment.iterations);
  double tiles = 1;
  for (const IndexRole role : kGridRoles) {
    tiles *= static_cast<double>(plan.walk.serial_tiles(role));
  }
  add_partial_sums(segment, plan, tiles / steps, warps);
  segment.body.steps.push_back(
      {program::WarpOp::StoreShared, 1, bytes * tiles / steps / warps, 0, program::kNoToken});
}

}  // namespace

int64_t shared_bytes(const LaunchGroup& group) {
  int64_t most = 0;
  for (const StatementPlan& plan : group.statements) {
    most = std::max({most, tile_launch("", plan.shape, plan.tile).shared_bytes,
                     static_cast<int64_t>(partial_sum_bytes(plan))});  // in place of the blocks
  }
  return most + group.fused_shared_bytes;
}

program::Launch group_launch(const LaunchGroup& group, uint16_t first_source,
                             base::Diagnostics& diagnostics) {
  program::Launch launch;
  launch.grid = group.grid;
  launch.threads = 0;
  launch.registers = 0;
  launch.stages = group.statements.front().tile.stages;
  launch.shared_bytes = shared_bytes(group);
  for (size_t i = 0; i < group.statements.size(); ++i) {
    const StatementPlan& plan = group.statements[i];
    program::Launch own = tile_launch(plan.form.statement->name, plan.shape, plan.tile);
    program::Segment& segment = own.segments.front();
    SegmentPlacer(plan, group.axes[i], own.grid, group.grid, diagnostics).place(segment);
    if (plan.shape.c_on_chip) store_on_chip(segment, plan, own.threads / 32.0);
    if (plan.tma && !plan.tile.wgmma) {  // the engine copies in the warps' place
      std::erase_if(segment.body.steps, [](const program::WarpStep& step) {
        return step.op == program::WarpOp::CopyAsync;
      });
    }
    segment.source = static_cast<uint16_t>(first_source + i);
    launch.name += (launch.name.empty() ? "" : "+") + own.name;
    launch.threads = std::max(launch.threads, own.threads);
    launch.registers = std::max(launch.registers, own.registers);
    launch.stages = std::min(launch.stages, plan.tile.stages);
    launch.tma |= plan.tma;
    launch.segments.push_back(std::move(segment));
  }
  agree_on_cluster(launch);
  launch.registers =
      launch.registers + static_cast<int>(std::min(group.fused_registers, kFarTooMany));
  return launch;
}

}  // namespace weft::mapper
