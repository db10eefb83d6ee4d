// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/access.h"
#include "sim/memory/capacity_calendar.h"
#include "sim/memory/dram_channel.h"
#include "sim/memory/dram_config.h"

namespace weft::sim {

/// A memory controller with the DRAM channels behind it. An access is complete when it is called;
/// time in picoseconds.
///
/// Bursts are dealt to the channels in turn. An access smaller than a burst moves a whole one. A
/// read or an atomic ends when its data is back at the port, a write when it is accepted. An atomic
/// reads and writes back the burst and takes one operation of the controller's only atomic unit;
/// atomics on one address do not overlap, so that a hot address serves one after the other.
class MemoryController {
 public:
  struct Counters {
    int64_t read_bytes = 0;   // asked for
    int64_t write_bytes = 0;  // asked for
    int64_t bursts = 0;       // moved, of config().organization.burst_bytes each
    int64_t atomics = 0;
    int64_t row_hits = 0;
    int64_t row_misses = 0;
    int64_t busy_ps = 0;  // data-bus time used, over all data buses
    bool operator==(const Counters&) const = default;
  };

  explicit MemoryController(const DramConfig& config);

  /// Performs an access of `bytes` at `local_address`; returns its completion. An atomic is at most
  /// one burst.
  uint64_t access(uint64_t arrival_ps, uint64_t local_address, int64_t bytes, AccessKind kind);
  /// Writes what is still buffered; returns when everything written is in the DRAM.
  uint64_t flush();
  /// Forgets all accesses.
  void reset();

  Counters counters() const;
  const std::vector<DramChannel>& channels() const { return channels_; }
  const DramConfig& config() const { return config_; }

 private:
  struct HotAddress {
    uint64_t address = UINT64_MAX;
    int64_t free_at = 0;  // tick
  };

  struct ChannelPlace {
    DramChannel& channel;
    uint64_t local_address;
  };

  ChannelPlace place(uint64_t address) {
    if (channels_.size() == 1) return {channels_.front(), address};
    const uint64_t burst = address >> burst_bits_;
    return {channels_[burst % channels_.size()], (burst / channels_.size()) << burst_bits_};
  }
  int64_t ticks_at_or_after(uint64_t time_ps) const;
  int64_t read(int64_t arrival, uint64_t first, uint64_t last);
  int64_t write(int64_t arrival, uint64_t first, uint64_t last);
  int64_t atomic(int64_t arrival, uint64_t address);

  DramConfig config_;
  int burst_bits_;
  uint64_t tick_ps_, front_ps_, back_ps_;
  double ticks_per_ps_;
  int64_t atomic_ticks_;
  std::vector<DramChannel> channels_;
  std::optional<CapacityCalendar> atomic_unit_;
  std::array<HotAddress, 1024> hot_;  // by hash of the address; an evicted one is taken for cold
  Counters counters_;
};

}  // namespace weft::sim
