// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/launch_plan.h"

#include <algorithm>

#include "sim/gpu/cta_order.h"

namespace weft::sim {

namespace {

int64_t ceil_div(int64_t a, int64_t b) {
  return (a + b - 1) / b;
}

/// How many blocks of a load differ by the tile coordinate.
int64_t tiles_of(const program::TileTraffic& load, const program::Grid& grid) {
  if (load.by_m) return grid.m_tiles;
  return load.by_n ? grid.n_tiles : 1;
}

int64_t tile_of(const program::TileTraffic& load, const program::CtaCoordinates& at) {
  if (load.by_m) return at.m;
  return load.by_n ? at.n : 0;
}

/// Simulating a sample of equal waves: the CTAs that do not fill a wave come on top, so that the
/// last wave of the sample is as full as the last wave of the launch.
int64_t sample_size(const program::Grid& grid, int64_t wave, const SimulationEffort& effort) {
  const int64_t ctas = grid.ctas();
  if (ctas <= effort.full_waves * wave) return ctas;
  return effort.sampled_waves * wave + ctas % wave;
}

/// Bytes that the CTAs of a full machine ask for in an iteration, each block once.
double distinct_bytes(const program::Segment& segment, const program::Grid& grid, int64_t wave) {
  double bytes = 0;
  for (const program::TileTraffic& load : segment.loads) {
    if (!load.by_k) continue;
    std::vector<int64_t> blocks;
    for (int64_t number = 0; number < std::min(wave, grid.ctas()); ++number) {
      const program::CtaCoordinates at = cta_coordinates(grid, number);
      const int64_t batch = load.by_batch ? at.batch : 0;
      blocks.push_back((batch * tiles_of(load, grid) + tile_of(load, at)) * grid.split_k + at.k);
    }
    std::sort(blocks.begin(), blocks.end());
    const auto end = std::unique(blocks.begin(), blocks.end());
    const auto count = static_cast<double>(end - blocks.begin());
    bytes += count * load.bytes_per_row * static_cast<double>(std::min(load.tile_rows, load.rows));
  }
  return bytes;
}

/// Iterations of a chunk. CTAs that share a block ask for it in the same chunk, some sooner than
/// others: where the chunks under way do not fit the L2 together, the later ones would find theirs
/// gone, which their blocks of single iterations are not. There chunks are shorter.
int64_t chunk_iterations(const program::Segment& segment, const program::Launch& launch,
                         const GpuParameters& parameters, unsigned resident,
                         const SimulationEffort& effort) {
  constexpr double kShareOfL2 = 0.5;
  const int64_t usual = ceil_div(segment.iterations, effort.chunks_per_segment);
  const int64_t shortest = std::max<int64_t>(1, launch.stages - 1);
  if (usual <= shortest) return usual;
  const int64_t wave = static_cast<int64_t>(resident) * parameters.sms;
  const double bytes = distinct_bytes(segment, launch.grid, wave);
  const double under_way = 2;  // the chunk in use and the one behind it
  const double fits = kShareOfL2 * parameters.memory.l2_bytes / (under_way * bytes);
  if (fits >= static_cast<double>(usual)) return usual;
  return std::max(shortest, static_cast<int64_t>(fits));
}

SegmentPlan plan_segment(const program::Segment& segment, const program::Launch& launch,
                         const GpuParameters& parameters, unsigned resident,
                         const SimulationEffort& effort) {
  const auto warps = static_cast<unsigned>(ceil_div(launch.threads, 32));
  SegmentPlan plan;
  plan.full = time_loop(parameters.sm, segment.body, warps, resident);
  plan.shared_cycles = plan.full.cycles / resident;
  plan.alone_cycles =
      resident == 1 ? plan.full.cycles : time_loop(parameters.sm, segment.body, warps, 1).cycles;
  plan.chunk_iterations = chunk_iterations(segment, launch, parameters, resident, effort);
  plan.chunks = ceil_div(segment.iterations, plan.chunk_iterations);
  plan.chunks_ahead = std::max<int64_t>(1, ceil_div(launch.stages - 1, plan.chunk_iterations));
  return plan;
}

/// Cycles of SM pipes, L2 or DRAM that all resident CTAs book together for the chunks of a segment
/// that are asked for at a time.
double booked_ahead_cycles(const program::Segment& segment, const SegmentPlan& part,
                           const GpuParameters& parameters, unsigned resident) {
  const auto iterations = static_cast<double>(part.chunk_iterations * part.chunks_ahead);
  double bytes = 0;
  for (const program::TileTraffic& load : segment.loads) {
    bytes += load.bytes_per_row * static_cast<double>(load.tile_rows) * iterations;
  }
  const GpuMemoryParameters& memory = parameters.memory;
  const double rate = std::min(memory.l2_bytes_per_cycle, memory.dram_bytes_per_cycle);
  const double pipes = iterations * part.shared_cycles * resident;
  return std::max(pipes, bytes * resident * parameters.sms / rate);
}

/// A power of two; short launches keep slots of one cycle.
uint64_t slot_cycles_for(double ahead_cycles) {
  constexpr double kSlotsAhead = 8192;
  uint64_t cycles = 1;
  while (static_cast<double>(cycles) * kSlotsAhead < ahead_cycles) cycles *= 2;
  return cycles;
}

}  // namespace

LaunchPlan plan_launch(const program::Launch& launch, const GpuParameters& parameters,
                       unsigned resident_ctas, const SimulationEffort& effort) {
  LaunchPlan plan;
  plan.launch = &launch;
  plan.resident_ctas = resident_ctas;
  const int64_t wave = static_cast<int64_t>(resident_ctas) * parameters.sms;
  plan.simulated_ctas = sample_size(launch.grid, wave, effort);
  const int64_t plane = launch.grid.m_tiles * launch.grid.n_tiles * launch.grid.split_k;
  const int64_t batches = std::min(launch.grid.batch, ceil_div(plan.simulated_ctas, plane));
  double ahead_cycles = 0;
  for (const program::Segment& segment : launch.segments) {
    SegmentPlan part = plan_segment(segment, launch, parameters, resident_ctas, effort);
    for (const program::TileTraffic& load : segment.loads) {
      part.first_blocks.push_back(static_cast<uint64_t>(plan.blocks));
      part.costs.push_back(tile_cost(parameters.memory, load.piece_bytes));
      part.costs.back().readers = load.readers;
      const int64_t blocks = (load.by_batch ? batches : 1) * tiles_of(load, launch.grid) *
                             launch.grid.split_k * (load.by_k ? part.chunks : 1);
      part.blocks.push_back(static_cast<uint64_t>(blocks));
      plan.blocks += blocks;
    }
    ahead_cycles =
        std::max(ahead_cycles, booked_ahead_cycles(segment, part, parameters, resident_ctas));
    plan.segments.push_back(std::move(part));
  }
  plan.slot_cycles = slot_cycles_for(ahead_cycles);
  return plan;
}

double block_bytes_once(const program::Launch& launch, const CachedTensors& cached) {
  double bytes = 0;
  for (const program::Segment& segment : launch.segments) {
    for (const program::TileTraffic& load : segment.loads) {
      if (cached.holds(load.tensor)) continue;
      const int64_t steps = load.by_k ? segment.iterations * launch.grid.split_k : 1;
      const int64_t batches = load.by_batch ? launch.grid.batch : 1;
      bytes += load.bytes_per_row * static_cast<double>(load.rows * steps * batches);
    }
  }
  return bytes;
}

uint64_t block_number(const LaunchPlan& plan, size_t segment, size_t load,
                      const program::CtaCoordinates& at, int64_t chunk) {
  const program::TileTraffic& traffic = plan.launch->segments[segment].loads[load];
  const program::Grid& grid = plan.launch->grid;
  int64_t number = traffic.by_batch ? at.batch : 0;
  number = number * tiles_of(traffic, grid) + tile_of(traffic, at);
  number = number * grid.split_k + at.k;
  if (traffic.by_k) number = number * plan.segments[segment].chunks + chunk;
  return plan.segments[segment].first_blocks[load] + static_cast<uint64_t>(number);
}

double block_bytes(const program::TileTraffic& traffic, const program::CtaCoordinates& at) {
  const int64_t tile = traffic.rows_are_m ? at.m : at.n;
  const int64_t rows = std::min(traffic.tile_rows, traffic.rows - tile * traffic.tile_rows);
  return traffic.bytes_per_row * static_cast<double>(std::max<int64_t>(rows, 0));
}

}  // namespace weft::sim
