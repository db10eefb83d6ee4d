// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/program/row_program.h"
#include "sim/gpu/gpu_parameters.h"
#include "sim/gpu/rate_calendar.h"
#include "sim/gpu/sector_cache.h"
#include "sim/gpu/tile_memory.h"

namespace weft::sim {

/// How an SM's cache lines are made up, and what the L2 does with atomics.
struct SectorGeometry {
  int64_t line_bytes = 128;
  int64_t sector_bytes = 32;
  double atomics_per_cycle = 32;  // of all slices of the L2
  unsigned counted_channels = 0;  // of DRAM, whose bytes are counted one by one
};

/// A piece of a line: the sectors of it that are asked for.
struct SectorRequest {
  uint64_t line = 0;
  uint32_t sectors = 0;  // one bit each
};

/// What became of a request.
struct SectorReply {
  double latency = 0;  // cycles to the data where nothing else is in the way
  uint64_t done = 0;   // cycle at which the last byte has passed L2 and DRAM
  uint32_t dram_sectors = 0;
};

/// L2 and DRAM as kernels with irregular accesses see them: a cache of real addresses, a calendar
/// for the bandwidth of the L2 slices, one for DRAM, one for the atomic units of the slices. Lines
/// lie on the channels of DRAM in an order without a pattern, as BlockStream has them; the calendar
/// is that of all together, and the bytes of each are counted where somebody wants to see them.
class SectorMemory {
 public:
  SectorMemory(const GpuMemoryParameters& parameters, const SectorGeometry& geometry);

  /// Cycles count from 0 again; the cache keeps what it has, of which `owed_bytes` of stores are
  /// still on their way to DRAM.
  void begin_stage(double owed_bytes = 0);

  /// Moves the sectors of one line. Writes are gone when the L2 has them; they reach DRAM behind
  /// everybody's back unless it falls a whole L2 behind.
  SectorReply request(uint64_t cycle, program::AccessKind kind, const SectorRequest& request);
  /// Reads `bytes` that lie in the L2.
  SectorReply reread(uint64_t cycle, double bytes);

  const TileMemoryCounters& counters() const { return counters_; }
  /// [channel] bytes that it moved since the stage began; empty where channels are not counted.
  const std::vector<double>& channel_bytes() const { return channel_bytes_; }

 private:
  void count_channel(uint64_t line, double bytes);

  static constexpr unsigned kWays = 16;

  GpuMemoryParameters parameters_;
  SectorGeometry geometry_;
  double sector_bytes_;
  uint64_t write_slack_;
  SectorCache cache_;
  RateCalendar l2_;
  RateCalendar dram_;
  RateCalendar atomics_;
  TileMemoryCounters counters_;
  std::vector<double> channel_bytes_;
};

}  // namespace weft::sim
