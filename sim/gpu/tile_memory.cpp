// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/tile_memory.h"

#include <algorithm>

namespace weft::sim {

namespace {

uint64_t whole(double cycles) {
  return static_cast<uint64_t>(cycles + 0.5);
}

}  // namespace

TileMemory::TileMemory(const GpuMemoryParameters& parameters)
    : parameters_(parameters),
      l2_(parameters.l2_bytes_per_cycle),
      dram_(parameters.dram_bytes_per_cycle) {}

void TileMemory::begin_launch(uint64_t blocks) {
  blocks_.assign(blocks, Block{});
}

TileReply TileMemory::read(uint64_t cycle, uint64_t block, double bytes) {
  ++counters_.requests;
  counters_.l2_bytes += bytes;
  const RateCalendar::Booking port = l2_.book(cycle, bytes);
  const auto moved = whole(bytes / parameters_.sm_bytes_per_cycle);
  TileReply reply{port.first + whole(parameters_.l2_latency), 0};
  Block& known = blocks_[block];
  const bool hit = known.filled >= 0 && filled_bytes_ - known.filled <= parameters_.l2_bytes;
  if (hit) {
    counters_.l2_hit_bytes += bytes;
    reply.first = std::max(reply.first, known.first);
    reply.done = std::max(port.end + whole(parameters_.l2_latency), known.done);
  } else {
    counters_.dram_read_bytes += bytes;
    filled_bytes_ += bytes;
    const RateCalendar::Booking burst = dram_.book(port.first, bytes);
    known.first = reply.first = burst.first + whole(parameters_.dram_latency);
    known.done = reply.done = burst.end + whole(parameters_.dram_latency);
  }
  known.filled = filled_bytes_;
  reply.done = std::max(reply.done, reply.first + moved);
  return reply;
}

uint64_t TileMemory::write(uint64_t cycle, double bytes) {
  ++counters_.requests;
  counters_.l2_bytes += bytes;
  counters_.dram_write_bytes += bytes;
  filled_bytes_ += bytes;
  const RateCalendar::Booking port = l2_.book(cycle, bytes);
  const RateCalendar::Booking burst = dram_.book(port.first, bytes);
  // A store is gone when the L2 has it, unless DRAM is so far behind that dirty lines fill the L2.
  const double backlog_bytes = static_cast<double>(burst.end - port.end) *
                               parameters_.dram_bytes_per_cycle;
  return backlog_bytes > parameters_.l2_bytes ? burst.end : port.end;
}

}  // namespace weft::sim
