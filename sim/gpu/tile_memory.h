// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/gpu/gpu_parameters.h"
#include "sim/gpu/rate_calendar.h"

namespace weft::sim {

/// When the data of a request is there.
struct TileReply {
  uint64_t first = 0;  // cycle at which its first block can be used
  uint64_t done = 0;   // cycle at which all of it is there
};

/// What the bytes of a request cost beside those of whole cache lines.
struct TileCost {
  double port = 1;     // bytes between L2 and SM for each byte that is used
  double dram = 1;     // time of DRAM for each byte, over that of a stream
  double readers = 1;  // SMs that one answer of the L2 goes to
};

/// The cost of reading rows in pieces of `piece_bytes` (0: whole lines). The L2 answers in sectors.
/// Pieces that come in no order open a row of DRAM each, which takes a channel a least time;
/// a sector that several CTAs want is read once.
TileCost tile_cost(const GpuMemoryParameters& parameters, double piece_bytes);

/// Bytes that moved below the SMs.
struct TileMemoryCounters {
  double l2_bytes = 0;  // between SMs and L2
  double l2_hit_bytes = 0;
  double requests = 0;
  double dram_read_bytes = 0;
  double dram_write_bytes = 0;

  TileMemoryCounters operator*(double times) const;
  TileMemoryCounters operator+(const TileMemoryCounters& other) const;
  TileMemoryCounters operator-(const TileMemoryCounters& other) const { return *this + other * -1; }
};

/// Takes out of `memory` the stores that a DRAM which moves `dram_bytes` in the time at hand has
/// not got yet: they still lie in the L2. Returns their bytes.
double leave_in_l2(TileMemoryCounters& memory, double dram_bytes);

/// L2 cache and DRAM as tile kernels see them: blocks of tensors, each with a number.
///
/// A block that was moved before is a hit while fewer bytes than the cache holds have been filled
/// since its last use (the stack distance of an LRU cache, with fills counted and not distinct
/// blocks). A hit on a block that is still on its way waits for it. Bandwidth is a calendar for the
/// L2 slices together and one for DRAM.
class TileMemory {
 public:
  /// `slot_cycles`: of the calendars; see RateCalendar. `counted_channels`: of DRAM, whose bytes
  /// are counted one by one.
  explicit TileMemory(const GpuMemoryParameters& parameters, uint64_t slot_cycles = 1,
                      unsigned counted_channels = 0);

  /// Forgets the numbering of blocks and makes room for `blocks`, of which none is in the cache.
  void begin_launch(uint64_t blocks);
  /// Blocks of a launch that begins were left in the cache by others, `age_bytes` of fills ago.
  void keep(uint64_t first_block, uint64_t blocks, double age_bytes);

  /// Stores of launches before are still on their way from the L2 to DRAM.
  void owe(double bytes);

  TileReply read(uint64_t cycle, uint64_t block, double bytes, const TileCost& cost = {});
  /// Stores go to the L2 and from there to DRAM; nobody waits for the second.
  uint64_t write(uint64_t cycle, double bytes);

  const TileMemoryCounters& counters() const { return counters_; }
  /// [channel] bytes that it moved; empty where channels are not counted. Blocks have no addresses:
  /// each is taken to lie in one piece, and stores one after another.
  const std::vector<double>& channel_bytes() const { return channel_bytes_; }

 private:
  struct Block {
    // The fill counter at its last use; it begins at 0 with the launch.
    double filled = -std::numeric_limits<double>::infinity();
    uint64_t first = 0;
    uint64_t done = 0;
  };

  void count_channels(uint64_t first_line, double bytes);

  GpuMemoryParameters parameters_;
  RateCalendar l2_;
  RateCalendar dram_;
  double filled_bytes_ = 0;
  std::vector<Block> blocks_;
  TileMemoryCounters counters_;
  std::vector<double> channel_bytes_;
};

}  // namespace weft::sim
