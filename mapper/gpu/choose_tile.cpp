// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/choose_tile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "mapper/crowding.h"
#include "mapper/gpu/loop_work.h"
#include "mapper/gpu/sm_port.h"

namespace weft::mapper {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
/// Tiles whose estimates are so many times the least are not worth a judge's time.
constexpr double kFar = 1.5;

/// Bytes that the SMs ask the L2 for, and the least that DRAM moves.
struct Bytes {
  double l2 = 0;
  double dram = 0;
};

Bytes bytes_of(const ContractionShape& shape, const TileChoice& tile, const program::Grid& grid) {
  const double batch = static_cast<double>(shape.batch);
  const double a = static_cast<double>(shape.m * shape.k) * shape.a_bytes;
  const double b = static_cast<double>(shape.k * shape.n) * shape.b_bytes;
  const double c = batch * static_cast<double>(shape.m * shape.n) *
                   result_bytes(shape, grid.split_k) * static_cast<double>(grid.split_k);
  Bytes bytes;
  const Readers readers = readers_of(shape, tile);
  bytes.l2 = batch * (a * static_cast<double>(grid.n_tiles) / readers.a +
                      b * static_cast<double>(grid.m_tiles) / readers.b) +
             c;
  bytes.dram = a * (shape.a_by_batch ? batch : 1) + b * (shape.b_by_batch ? batch : 1) + c;
  return bytes;
}

/// How many times longer a CTA's warps take than if all sub-cores had an equal part of them.
double subcore_share(int threads, const machine::GpuDescription& gpu) {
  const double warps = std::ceil(threads / 32.0);
  return std::ceil(warps / gpu.sm.subcores) * gpu.sm.subcores / warps;
}

struct ExpectedTile {
  double seconds = 0;
  TileChoice tile;
};

double judged_s(const ContractionShape& shape, const TileChoice& tile,
                const machine::GpuDescription& gpu, LaunchJudge& judge) {
  const program::Launch launch = tile_launch("judged", shape, tile);
  return judge.expected_s(launch, occupancy_of(launch, gpu).blocks_per_sm);
}

}  // namespace

double expected_tile_s(const ContractionShape& shape, const TileChoice& tile,
                       const machine::GpuDescription& gpu) {
  const program::Launch launch = tile_launch("bound", shape, tile);
  const int resident = occupancy_of(launch, gpu).blocks_per_sm;
  if (resident == 0) return kNever;
  const LoopWork work = loop_work(launch, launch.segments.front().body, gpu);
  const double ctas_of_sm = std::ceil(static_cast<double>(launch.grid.ctas()) / gpu.sms);
  const double rounds = std::ceil(ctas_of_sm / resident);
  const double iterations = static_cast<double>(launch.segments.front().iterations);
  const double loops = ctas_of_sm * iterations;
  // CTAs of few warps, side by side or alone, leave sub-cores without work.
  const double warp_loops =
      std::max(loops, rounds * iterations * subcore_share(launch.threads, gpu));
  const double hertz = gpu.clock.max_ghz * 1e9;
  const Bytes bytes = bytes_of(shape, tile, launch.grid);
  const double floors[] = {warp_loops * work.math / hertz, warp_loops * work.issue / hertz,
                           loops * work.shared / hertz, bytes.l2 / (gpu.l2.bytes_per_cycle * hertz),
                           bytes.dram / (gpu.dram.peak_gb_s * gpu.dram.efficiency * 1e9)};
  const double loop_s = crowded(floors);
  // The first blocks and the results of a CTA hide only behind the loops of its neighbours.
  const double fill = gpu.dram.latency_ns * 1e-9 + static_cast<double>(tile.m * tile.n) *
                                                       result_bytes(shape, tile.split_k) /
                                                       kPortBytesPerCycle / hertz;
  const double fills = fill * (1 + (rounds - 1) / resident);
  return loop_s + fills;
}

TileChoice choose_tile(const ContractionShape& shape, const machine::GpuDescription& gpu,
                       const std::function<bool(const TileChoice&)>& allowed, LaunchJudge* judge) {
  std::vector<ExpectedTile> tiles;
  double least = kNever;
  for (const TileChoice& tile : usual_tiles(shape, gpu)) {
    if (allowed && !allowed(tile)) continue;
    tiles.push_back({expected_tile_s(shape, tile, gpu), tile});
    least = std::min(least, tiles.back().seconds);
  }
  if (std::isinf(least)) {
    throw base::UserError(fmt::format("no tile of {} x {} x {} fits an SM of {}", shape.m, shape.n,
                                      shape.k, gpu.name));
  }
  if (judge != nullptr) {
    std::erase_if(tiles, [&](const ExpectedTile& tile) { return tile.seconds > kFar * least; });
    for (ExpectedTile& tile : tiles) tile.seconds = judged_s(shape, tile.tile, gpu, *judge);
  }
  return std::ranges::min_element(tiles, {}, &ExpectedTile::seconds)->tile;
}

}  // namespace weft::mapper
