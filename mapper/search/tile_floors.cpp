// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/tile_floors.h"

#include <algorithm>
#include <cmath>

#include "mapper/gpu/loop_work.h"
#include "mapper/gpu/sm_port.h"
#include "mapper/gpu/tensor_rate.h"

namespace weft::mapper {

namespace {

/// Bytes of a launch on their way, with what pieces of rows cost beside them.
struct BlockBytes {
  double l2 = 0;      // that CTAs ask for or hand over, each block as often as it is named
  double reads = 0;   // of DRAM, each block once
  double writes = 0;  // of results
};

/// How much longer pieces of a row keep ports and channels busy than whole lines: they come as
/// whole sectors, and a channel is busy with a piece however short it is.
struct PieceCost {
  PieceCost(double piece_bytes, const machine::GpuDescription& gpu) {
    if (piece_bytes <= 0) return;
    const auto sector = static_cast<double>(gpu.l2.sector_bytes);
    const double sectors = std::ceil(piece_bytes / sector) * sector;
    const double channel_gb_s = gpu.dram.peak_gb_s * gpu.dram.efficiency / gpu.dram.channels;
    port = sectors / piece_bytes;
    dram = std::max(1.0, gpu.dram.piece_ns * channel_gb_s / sectors);
  }

  double port = 1;
  double dram = 1;
};

BlockBytes bytes_of_blocks(const program::Launch& launch, const machine::GpuDescription& gpu) {
  const program::Segment& segment = launch.segments.front();
  const program::Grid& grid = launch.grid;
  const auto parts = static_cast<double>(grid.split_k);
  BlockBytes bytes;
  for (const program::TileTraffic& load : segment.loads) {
    const PieceCost cost(load.piece_bytes, gpu);
    const int64_t walked = load.rows_are_m ? grid.n_tiles : grid.m_tiles;
    const double once =
        load.bytes_per_row * static_cast<double>(load.rows * segment.iterations) * parts;
    bytes.reads += cost.dram * once * static_cast<double>(load.by_batch ? grid.batch : 1);
    bytes.l2 += cost.port * once * static_cast<double>(walked * grid.batch) / load.readers;
  }
  for (const program::TileTraffic& store : segment.stores) {
    bytes.writes += store.bytes_per_row * static_cast<double>(store.rows * grid.n_tiles) *
                    static_cast<double>(grid.batch) * parts;
  }
  bytes.l2 += bytes.writes;
  return bytes;
}

/// Of launches of many waves the simulator runs a sample of so many.
constexpr double kSampledWaves = 8;
/// The last requests of a sample are still under way when it ends: that much of the L2's and the
/// DRAM's work is missing in what the sample stands for.
constexpr double kWorkOfSample = 0.97;

/// Pieces in which a simulation walks a loop; each begins at a whole cycle, half a one early at
/// most.
constexpr double kMostChunks = 12;

/// What the pipes' work and the last store lose to whole cycles, and to the whole slots of
/// calendars that look far ahead: a slot is a 4096th of what is booked ahead, which may be several
/// times the work of a short launch.
constexpr double kRoundedCycles = 2;
constexpr double kSlotsOfWork = 1024;

/// Results that may be in the L2 when a launch ends; of a sample, in every eighth wave.
double bytes_kept(double waves, const machine::GpuL2Description& l2) {
  return static_cast<double>(l2.bytes) * std::max(1.0, waves / kSampledWaves);
}

/// The nearest that a block can be: the share of it that lies in the SM's own partition is nearer.
double l2_latency_cycles(const machine::GpuL2Description& l2) {
  const double near = 1.0 / l2.partitions;
  return std::floor(near * l2.near_latency_cycles + (1 - near) * l2.far_latency_cycles);
}

/// The first block of all comes from DRAM, and nobody has it earlier.
double first_block_cycles(const machine::GpuDescription& gpu) {
  return std::max(l2_latency_cycles(gpu.l2), std::floor(gpu.dram.latency_ns * gpu.clock.max_ghz));
}

/// Cycles in which a CTA's results leave, of the smallest tile: those at the edges may be cut.
double store_cycles(const program::Launch& launch) {
  const program::Grid& grid = launch.grid;
  double bytes = 0;
  for (const program::TileTraffic& store : launch.segments.front().stores) {
    const int64_t tiles = store.rows_are_m ? grid.m_tiles : grid.n_tiles;
    const int64_t last = store.rows - (tiles - 1) * store.tile_rows;
    bytes +=
        store.bytes_per_row * static_cast<double>(std::clamp<int64_t>(last, 0, store.tile_rows));
  }
  return bytes / kPortBytesPerCycle;
}

/// Cycles from one block of a CTA to the next: its loop, or its blocks as far away as `nearest`.
double block_cycles(const program::Launch& launch, const program::Segment& segment,
                    const LoopCycles& loop, double nearest) {
  if (segment.loads.empty()) return loop.alone;
  if (launch.stages > 1) return std::max(loop.alone, nearest / (launch.stages - 1));
  // With one buffer a block is not on its way while another is in use.
  return loop.alone + nearest * static_cast<double>(segment.loads.size());
}

/// How the CTAs of a launch come to lie on SMs.
struct CtaRounds {
  CtaRounds(const program::Launch& launch, int resident, const machine::GpuDescription& gpu)
      : of_sm(std::ceil(static_cast<double>(launch.grid.ctas()) / gpu.sms)),
        rounds(std::ceil(of_sm / resident)),
        waves(static_cast<double>(launch.grid.ctas()) / (resident * gpu.sms)),
        seen(waves > kSampledWaves ? kWorkOfSample : 1) {}

  double of_sm;   // that some SM gets
  double rounds;  // that some place on it gets, one after the other
  double waves;
  double seen;  // share of the work that a simulation sees
};

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
  const CtaRounds ctas(launch, floors.resident, gpu);
  const auto iterations = static_cast<double>(segment.iterations);
  floors.math = ctas.of_sm * iterations * work.math / hertz;
  floors.issue = ctas.of_sm * iterations * work.issue / hertz;
  const BlockBytes bytes = bytes_of_blocks(launch, gpu);
  floors.l2 = ctas.seen * bytes.l2 / (gpu.l2.bytes_per_cycle * hertz);
  const double written = std::max(0.0, bytes.writes - bytes_kept(ctas.waves, gpu.l2));
  const double dram_rate = gpu.dram.peak_gb_s * gpu.dram.efficiency * 1e9;
  floors.dram = ctas.seen * (bytes.reads + written) / dram_rate;
  const double in_flight = std::max(1, launch.stages - 1);
  double cycles = ctas.rounds * gpu.launch.cta_start_cycles;
  if (!segment.loads.empty()) {
    const double nearest = l2_latency_cycles(gpu.l2);
    cycles += first_block_cycles(gpu) + (ctas.rounds - 1) * nearest +
              ctas.rounds * iterations * nearest / in_flight;
  }
  floors.latency = cycles / hertz;
  return floors;
}

void add_loop(TileFloors& floors, const program::Launch& launch, const LoopCycles& loop,
              const machine::GpuDescription& gpu) {
  const program::Segment& segment = launch.segments.front();
  const double hertz = gpu.clock.max_ghz * 1e9;
  const CtaRounds ctas(launch, floors.resident, gpu);
  const auto iterations = static_cast<double>(segment.iterations);
  const bool loads = !segment.loads.empty();
  const double nearest = loads ? l2_latency_cycles(gpu.l2) : 0;
  const double first = loads ? first_block_cycles(gpu) : 0;
  const double start = std::floor(gpu.launch.cta_start_cycles);
  const double store = store_cycles(launch);
  const double issue = segment.store_instructions * launch.threads / 32.0 / gpu.sm.subcores;
  // The last to finish its loop then stores; but for those beside it all others have stored before.
  const double loops = ctas.of_sm * iterations * loop.shared * (1 - 1 / kSlotsOfWork);
  const double stored = std::max(0.0, ctas.of_sm - floors.resident);
  floors.loop_cycles =
      ctas.seen * std::max(loops + ctas.of_sm * issue, loops + stored * issue + store) -
      kRoundedCycles;
  floors.around_cycles = start + nearest;
  floors.loop = (start + first + floors.loop_cycles) / hertz;
  const double block = block_cycles(launch, segment, loop, nearest);
  const double later = start + nearest + iterations * block + store - kMostChunks / 2;
  // Of the CTAs that share a block somebody is the first to ask for it, and waits for DRAM; nobody
  // gets ahead of that one. So each piece of the loop is as far behind the one whose buffers it
  // takes as DRAM is.
  const double piece = std::ceil(iterations / kMostChunks);
  const double pieces = std::ceil(iterations / piece);
  const double ahead = std::max(1.0, std::ceil((launch.stages - 1) / piece));
  const bool fresh = std::ranges::any_of(segment.loads, &program::TileTraffic::by_k);
  const double apart = std::max(ahead * piece * block, fresh ? first : 0);
  const double refills = std::floor((pieces - 1) / ahead);
  const double last = (iterations - refills * ahead * piece) * block;
  const double earliest = start + first + refills * apart + last + store - kMostChunks / 2;
  const double latency = earliest + (ctas.rounds - 1) * later;
  floors.latency = std::max(floors.latency, ctas.seen * latency / hertz);
}

double loops_floor_s(const program::Launch& launch, const std::vector<LoopCycles>& loops,
                     int resident, const machine::GpuDescription& gpu) {
  const CtaRounds ctas(launch, resident, gpu);
  const double nearest = l2_latency_cycles(gpu.l2);
  double pipes = 0, cta = std::floor(gpu.launch.cta_start_cycles);
  for (size_t i = 0; i < loops.size(); ++i) {
    const program::Segment& segment = launch.segments[i];
    const auto iterations = static_cast<double>(segment.iterations);
    pipes += ctas.of_sm * iterations * loops[i].shared * (1 - 1 / kSlotsOfWork);
    cta += iterations * block_cycles(launch, segment, loops[i], nearest) +
           (segment.loads.empty() ? 0 : nearest) - kMostChunks / 2;
  }
  const double cycles = std::max(pipes - kRoundedCycles, ctas.rounds * cta);
  return ctas.seen * cycles / (gpu.clock.max_ghz * 1e9);
}

double math_floor_s(const ContractionShape& shape, const machine::GpuDescription& gpu) {
  const machine::SmDescription& sm = gpu.sm;
  double rate = shape.math == program::MathType::Fp64 ? sm.pipes.fp64_lanes : sm.pipes.fp32_lanes;
  if (shape.tensor_cores) rate = tensor_rate(sm.tensor.fma_per_cycle, shape.math);
  if (shape.sparse_a) rate *= sm.tensor.sparse_factor;
  return shape.multiply_adds() / (rate * gpu.sms * gpu.clock.max_ghz * 1e9);
}

}  // namespace weft::mapper
