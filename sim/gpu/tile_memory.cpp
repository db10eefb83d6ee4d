// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/tile_memory.h"

#include <algorithm>
#include <cmath>

#include "sim/gpu/dram_channels.h"
#include "sim/gpu/warp_units.h"

namespace weft::sim {

namespace {

/// What shares a channel, in lines and bytes.
constexpr uint64_t kPieceLines = 8;
constexpr double kPieceBytes = 128 * kPieceLines;
/// Lines between the first lines of two blocks, so that none overlap; stores lie beyond them all.
constexpr unsigned kBlockLinesLog2 = 24;
constexpr uint64_t kFirstStoredLine = uint64_t{1} << 63;

}  // namespace

TileCost tile_cost(const GpuMemoryParameters& parameters, double piece_bytes) {
  if (piece_bytes <= 0) return {};
  const double sectors = std::ceil(piece_bytes / parameters.sector_bytes) * parameters.sector_bytes;
  const double stream = sectors * parameters.dram_channels / parameters.dram_bytes_per_cycle;
  return {sectors / piece_bytes, std::max(1.0, parameters.dram_piece_cycles / stream)};
}

double leave_in_l2(TileMemoryCounters& memory, double dram_bytes) {
  const double moved = memory.dram_read_bytes + memory.dram_write_bytes;
  const double left = std::clamp(moved - dram_bytes, 0.0, memory.dram_write_bytes);
  memory.dram_write_bytes -= left;
  return left;
}

TileMemoryCounters TileMemoryCounters::operator*(double times) const {
  return {l2_bytes * times, l2_hit_bytes * times, requests * times, dram_read_bytes * times,
          dram_write_bytes * times};
}

TileMemoryCounters TileMemoryCounters::operator+(const TileMemoryCounters& other) const {
  return {l2_bytes + other.l2_bytes, l2_hit_bytes + other.l2_hit_bytes, requests + other.requests,
          dram_read_bytes + other.dram_read_bytes, dram_write_bytes + other.dram_write_bytes};
}

TileMemory::TileMemory(const GpuMemoryParameters& parameters, uint64_t slot_cycles,
                       unsigned counted_channels)
    : parameters_(parameters),
      l2_(parameters.l2_bytes_per_cycle, slot_cycles),
      dram_(parameters.dram_bytes_per_cycle, slot_cycles),
      channel_bytes_(counted_channels, 0.0) {}

void TileMemory::begin_launch(uint64_t blocks) {
  blocks_.assign(blocks, Block{});
}

void TileMemory::keep(uint64_t first_block, uint64_t blocks, double age_bytes) {
  for (uint64_t block = first_block; block < first_block + blocks; ++block)
    blocks_[block].filled = -age_bytes;
}

void TileMemory::owe(double bytes) {
  counters_.dram_write_bytes += bytes;
  if (bytes > 0) dram_.book(0, bytes);
}

void TileMemory::count_channels(uint64_t first_line, double bytes) {
  for (uint64_t line = first_line; bytes > 0; line += kPieceLines) {
    channel_bytes_[channel_of_line(line, channel_bytes_.size())] += std::min(bytes, kPieceBytes);
    bytes -= kPieceBytes;
  }
}

TileReply TileMemory::read(uint64_t cycle, uint64_t block, double bytes, const TileCost& cost) {
  const double sectors = bytes * cost.port;
  const double answered = sectors / cost.readers;  // each of a cluster's CTAs counts its share
  ++counters_.requests;
  counters_.l2_bytes += answered;
  const RateCalendar::Booking port = l2_.book(cycle, answered);
  const auto moved = whole_cycles(sectors / parameters_.sm_bytes_per_cycle);
  // Blocks of many requests share the slices in turn, so a long queue delays the last bytes of a
  // request and not its first.
  TileReply reply{cycle + whole_cycles(parameters_.l2_latency), 0};
  Block& known = blocks_[block];
  const bool hit = filled_bytes_ - known.filled <= parameters_.l2_bytes;
  if (hit) {
    counters_.l2_hit_bytes += answered;
    reply.first = std::max(reply.first, known.first);
    reply.done = std::max(port.end + whole_cycles(parameters_.l2_latency), known.done);
  } else {
    counters_.l2_hit_bytes += answered - bytes;  // brought for the CTAs that use them
    counters_.dram_read_bytes += bytes;
    if (!channel_bytes_.empty()) count_channels(block << kBlockLinesLog2, bytes);
    filled_bytes_ += bytes;
    const RateCalendar::Booking burst = dram_.book(port.first, bytes * cost.dram);
    known.first = reply.first = cycle + whole_cycles(parameters_.dram_latency);
    known.done = reply.done = burst.end + whole_cycles(parameters_.dram_latency);
  }
  known.filled = filled_bytes_;
  reply.done = std::max(reply.done, reply.first + moved);
  return reply;
}

uint64_t TileMemory::write(uint64_t cycle, double bytes) {
  ++counters_.requests;
  counters_.l2_bytes += bytes;
  if (!channel_bytes_.empty()) {
    const double stored = counters_.dram_write_bytes / kPieceBytes;
    count_channels(kFirstStoredLine + kPieceLines * static_cast<uint64_t>(stored), bytes);
  }
  counters_.dram_write_bytes += bytes;
  filled_bytes_ += bytes;
  const RateCalendar::Booking port = l2_.book(cycle, bytes);
  const RateCalendar::Booking burst = dram_.book(port.first, bytes);
  // A store is gone when the L2 has it, unless DRAM is so far behind that dirty lines fill the L2.
  const auto slack = static_cast<uint64_t>(parameters_.l2_bytes / parameters_.dram_bytes_per_cycle);
  return burst.end > port.end + slack ? burst.end - slack : port.end;
}

}  // namespace weft::sim
