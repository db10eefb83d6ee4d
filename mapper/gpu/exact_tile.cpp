// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/exact_tile.h"

#include <algorithm>

#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

constexpr int kGroupWarps = 4;
constexpr int64_t kGroupRows = 64;      // of a wgmma product
constexpr int64_t kGroupColumns = 256;  // at most
constexpr int64_t kFragmentRows = 16;   // of an mma product
constexpr int64_t kFragmentColumns = 8;
constexpr int64_t kWarpRows = 64;  // of a warp's tile, at most
constexpr int64_t kWarpColumns = 64;
constexpr int kMostWarps = 8;
constexpr int64_t kThreadOutputs = 64;

int64_t round_up(int64_t value, int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// Lays `warps` warps over the tile, or as many as give warp tiles within the limits.
void lay_warps(TileChoice& tile, int warps) {
  const int64_t rows = round_up(tile.m, kFragmentRows);
  const int64_t columns = round_up(tile.n, kFragmentColumns);
  int64_t down = ceil_div(rows, kWarpRows);
  int64_t across = ceil_div(columns, kWarpColumns);
  const auto may_halve = [](int64_t extent, int64_t parts, int64_t unit) {
    return extent / (2 * parts) >= unit && extent % (2 * parts * unit) == 0;
  };
  const int64_t wanted = warps > 0 ? warps : kGroupWarps;
  while (down * across < wanted) {
    const bool taller = rows / down >= columns / across;
    const bool can_down = may_halve(rows, down, kFragmentRows);
    const bool can_across = may_halve(columns, across, kFragmentColumns);
    if (!can_down && !can_across) break;
    (can_down && (taller || !can_across) ? down : across) *= 2;
  }
  tile.warp_m = round_up(ceil_div(rows, down), kFragmentRows);
  tile.warp_n = round_up(ceil_div(columns, across), kFragmentColumns);
  tile.threads = static_cast<int>(std::max<int64_t>(down * across, warps) * kLanes);
}

/// Lays warp groups over the tile; false where no whole number of them covers it.
bool lay_groups(TileChoice& tile, int warps) {
  if (tile.m % kGroupRows != 0 || tile.n % kFragmentColumns != 0 || warps % kGroupWarps != 0)
    return false;
  int64_t groups =
      std::max<int64_t>(warps / kGroupWarps, std::min<int64_t>(tile.m / kGroupRows, 2));
  const bool by_rows = tile.m % (kGroupRows * groups) == 0;
  const bool by_columns = tile.n % (kFragmentColumns * groups) == 0;
  if (!by_rows && !by_columns) return false;
  tile.warp_m = by_rows ? tile.m / groups : tile.m;
  tile.warp_n = by_rows ? tile.n : tile.n / groups;
  if (tile.warp_n > kGroupColumns) return false;
  tile.threads = static_cast<int>(groups * kGroupWarps * kLanes);
  return true;
}

}  // namespace

TileChoice exact_tile(const ContractionShape& shape, const machine::GpuDescription& gpu,
                      const TileSizes& sizes) {
  TileChoice tile;
  tile.m = sizes.m;
  tile.n = sizes.n;
  tile.k = sizes.k;
  tile.stages = sizes.stages;
  if (sizes.thread_each) {
    tile.thread_each = true;
    tile.threads = static_cast<int>(tile.m * tile.n);
    return tile;
  }
  if (!shape.tensor_cores) {
    const int64_t threads = round_up(ceil_div(tile.m * tile.n, kThreadOutputs), kLanes);
    const int64_t most = kMostWarps * kLanes;
    tile.threads = static_cast<int>(sizes.warps > 0 ? sizes.warps * kLanes
                                                    : std::clamp<int64_t>(threads, kLanes, most));
    return tile;
  }
  const bool fp64 = shape.math == program::MathType::Fp64;  // which wgmma does not have
  tile.wgmma = gpu.sm.tensor.wgmma && !fp64 && sizes.tma && lay_groups(tile, sizes.warps);
  if (!tile.wgmma) lay_warps(tile, sizes.warps);
  if (tile.wgmma) tile.cluster = gpu.sm.copy.cluster_ctas;
  return tile;
}

TileChoice sliced_tile(const ContractionShape& shape, const machine::GpuDescription& gpu,
                       TileSizes sizes, int slices) {
  sizes.k = ceil_div(sizes.k, slices);
  if (sizes.warps > 0) sizes.warps = std::max(1, sizes.warps / slices);
  TileChoice tile = exact_tile(shape, gpu, sizes);
  tile.slices = slices;
  tile.threads *= slices;
  return tile;
}

}  // namespace weft::mapper
