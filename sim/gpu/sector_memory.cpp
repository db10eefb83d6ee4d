// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/sector_memory.h"

#include <algorithm>
#include <bit>

#include "sim/gpu/dram_channels.h"

namespace weft::sim {

using program::AccessKind;

SectorMemory::SectorMemory(const GpuMemoryParameters& parameters, const SectorGeometry& geometry)
    : parameters_(parameters),
      geometry_(geometry),
      sector_bytes_(static_cast<double>(geometry.sector_bytes)),
      write_slack_(static_cast<uint64_t>(parameters.l2_bytes /
                                         std::max(1.0, parameters.dram_bytes_per_cycle))),
      cache_(static_cast<int64_t>(parameters.l2_bytes), kWays, geometry.line_bytes) {
  begin_stage();
}

void SectorMemory::begin_stage(double owed_bytes) {
  l2_ = RateCalendar(parameters_.l2_bytes_per_cycle);
  dram_ = RateCalendar(parameters_.dram_bytes_per_cycle);
  if (owed_bytes > 0) dram_.book(0, owed_bytes);
  atomics_ = RateCalendar(geometry_.atomics_per_cycle);
  channel_bytes_.assign(geometry_.counted_channels, 0);
}

void SectorMemory::count_channel(uint64_t line, double bytes) {
  if (!channel_bytes_.empty())
    channel_bytes_[channel_of_line(line, channel_bytes_.size())] += bytes;
}

SectorReply SectorMemory::request(uint64_t cycle, AccessKind kind, const SectorRequest& request) {
  const double bytes = std::popcount(request.sectors) * sector_bytes_;
  ++counters_.requests;
  counters_.l2_bytes += bytes;
  const uint32_t missing = cache_.access(request.line, request.sectors);
  const RateCalendar::Booking port = l2_.book(cycle, bytes);
  SectorReply reply{parameters_.l2_latency, port.end, 0};
  if (kind == AccessKind::Write) {
    counters_.dram_write_bytes += bytes;
    count_channel(request.line, bytes);
    const uint64_t written = dram_.book(cycle, bytes).end;
    if (written > reply.done + write_slack_) reply.done = written - write_slack_;
    return reply;
  }
  if (kind == AccessKind::Atomic) reply.done = std::max(reply.done, atomics_.book(cycle, 1).end);
  const double from_dram = std::popcount(missing) * sector_bytes_;
  counters_.l2_hit_bytes += bytes - from_dram;
  if (missing != 0) {
    counters_.dram_read_bytes += from_dram;
    count_channel(request.line, from_dram);
    reply.dram_sectors = static_cast<uint32_t>(std::popcount(missing));
    reply.latency = parameters_.dram_latency;
    reply.done = std::max(reply.done, dram_.book(cycle, from_dram).end);
  }
  return reply;
}

SectorReply SectorMemory::reread(uint64_t cycle, double bytes) {
  ++counters_.requests;
  counters_.l2_bytes += bytes;
  counters_.l2_hit_bytes += bytes;
  return {parameters_.l2_latency, l2_.book(cycle, bytes).end, 0};
}

}  // namespace weft::sim
