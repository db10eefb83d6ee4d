// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/tile_floors.h"

#include <algorithm>
#include <cmath>

#include "mapper/gpu/loop_work.h"
#include "mapper/gpu/tensor_rate.h"

namespace weft::mapper {

namespace {

/// Bytes that CTAs ask for or hand over, each block as often as it is named.
double bytes_of_blocks(const program::Launch& launch) {
  const program::Segment& segment = launch.segments.front();
  const program::Grid& grid = launch.grid;
  const auto times = static_cast<double>(grid.batch * grid.split_k);
  double bytes = 0;
  for (const program::TileTraffic& load : segment.loads) {
    const int64_t walked = load.rows_are_m ? grid.n_tiles : grid.m_tiles;
    bytes += load.bytes_per_row * static_cast<double>(load.rows * walked) *
             static_cast<double>(segment.iterations) * times;
  }
  for (const program::TileTraffic& store : segment.stores) {
    bytes += store.bytes_per_row * static_cast<double>(store.rows * grid.n_tiles) * times;
  }
  return bytes;
}

/// `kept_bytes`: results that nobody waits for.
double dram_bytes(const ContractionShape& shape, const TileChoice& tile, double kept_bytes) {
  const auto elements = [](int64_t a, int64_t b) { return static_cast<double>(a * b); };
  const auto batch = static_cast<double>(shape.batch);
  double reads = 0;
  if (!shape.a_on_chip)
    reads += elements(shape.m, shape.k) * shape.a_bytes * (shape.a_by_batch ? batch : 1);
  if (!shape.b_on_chip)
    reads += elements(shape.k, shape.n) * shape.b_bytes * (shape.b_by_batch ? batch : 1);
  const double writes = shape.c_on_chip ? 0
                                        : batch * elements(shape.m, shape.n) *
                                              result_bytes(shape, tile.split_k) *
                                              static_cast<double>(tile.split_k);
  return reads + std::max(0.0, writes - kept_bytes);
}

/// Of launches of many waves the simulator runs a sample of so many.
constexpr double kSampledWaves = 8;
/// The last requests of a sample are still under way when it ends: that much of the L2's and the
/// DRAM's work is missing in what the sample stands for.
constexpr double kWorkOfSample = 0.97;

/// Results that may be in the L2 when a launch ends; of a sample, in every eighth wave.
double bytes_kept(double waves, const machine::GpuL2Description& l2) {
  return static_cast<double>(l2.bytes) * std::max(1.0, waves / kSampledWaves);
}

/// The nearest that a block can be: the share of it that lies in the SM's own partition is nearer.
double l2_latency_cycles(const machine::GpuL2Description& l2) {
  const double near = 1.0 / l2.partitions;
  return std::floor(near * l2.near_latency_cycles + (1 - near) * l2.far_latency_cycles);
}

}  // namespace

program::Launch described_launch(const ContractionShape& shape, const TileChoice& tile, bool tma) {
  program::Launch launch = tile_launch("tile", shape, tile);
  if (tma) {
    std::erase_if(launch.segments.front().body.steps, [](const program::WarpStep& step) {
      return step.op == program::WarpOp::CopyAsync;
    });
  }
  return launch;
}

TileFloors tile_floors(const ContractionShape& shape, const TileChoice& tile, bool tma,
                       const machine::GpuDescription& gpu) {
  const program::Launch launch = described_launch(shape, tile, tma);
  const program::Segment& segment = launch.segments.front();
  TileFloors floors;
  floors.resident = occupancy_of(launch, gpu).blocks_per_sm;
  if (floors.resident == 0) return floors;
  const double hertz = gpu.clock.max_ghz * 1e9;
  const LoopWork work = loop_work(launch, segment.body, gpu);
  const double ctas_of_sm = std::ceil(static_cast<double>(launch.grid.ctas()) / gpu.sms);
  const auto iterations = static_cast<double>(segment.iterations);
  floors.math = ctas_of_sm * iterations * work.math / hertz;
  floors.issue = ctas_of_sm * iterations * work.issue / hertz;
  const double waves = static_cast<double>(launch.grid.ctas()) / (floors.resident * gpu.sms);
  const double seen = waves > kSampledWaves ? kWorkOfSample : 1;
  floors.l2 = seen * bytes_of_blocks(launch) / (gpu.l2.bytes_per_cycle * hertz);
  const double dram_rate = gpu.dram.peak_gb_s * gpu.dram.efficiency * 1e9;
  floors.dram = seen * dram_bytes(shape, tile, bytes_kept(waves, gpu.l2)) / dram_rate;
  const double rounds = std::ceil(ctas_of_sm / floors.resident);
  const double in_flight = std::max(1, launch.stages - 1);
  double cycles = rounds * gpu.launch.cta_start_cycles;
  if (!segment.loads.empty()) {
    const double nearest = l2_latency_cycles(gpu.l2);
    // The first block of all comes from DRAM, and nobody has it earlier.
    const double first = std::max(nearest, gpu.dram.latency_ns * gpu.clock.max_ghz);
    cycles += first + (rounds - 1) * nearest + rounds * iterations * nearest / in_flight;
  }
  floors.latency = cycles / hertz;
  return floors;
}

double math_floor_s(const ContractionShape& shape, const machine::GpuDescription& gpu) {
  const machine::SmDescription& sm = gpu.sm;
  double rate = shape.math == program::MathType::Fp64 ? sm.pipes.fp64_lanes : sm.pipes.fp32_lanes;
  if (shape.tensor_cores) rate = tensor_rate(sm.tensor.fma_per_cycle, shape.math);
  if (shape.sparse_a) rate *= sm.tensor.sparse_factor;
  return shape.multiply_adds() / (rate * gpu.sms * gpu.clock.max_ghz * 1e9);
}

}  // namespace weft::mapper
