// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/access.h"
#include "sim/memory/banked_rows.h"
#include "sim/memory/batched_writes.h"
#include "sim/memory/memory_model.h"

namespace weft::sim {

/// A memory controller in front of BankedRows: banks and rows at a quarter of the host time of
/// MemoryController. Times in picoseconds, addresses local to the controller. How it differs from
/// MemoryController with the same DRAM: docs/deviations-dram.md.
class BankedMemory {
 public:
  static bool suits(const DramConfig& config) { return BankedRows::suits(config); }

  /// Precondition: suits(config).
  explicit BankedMemory(const DramConfig& config);
  BankedMemory(const BankedMemory&) = delete;
  BankedMemory& operator=(const BankedMemory&) = delete;

  /// The time at which the response of a request that arrives at `arrival_ps` leaves the
  /// controller: a read with its data, an atomic with the old value, a write when it is accepted.
  uint64_t access(uint64_t arrival_ps, AccessKind kind, uint64_t address, uint32_t bytes);

  /// The same for the second of two requests, which leaves when the first is back.
  uint64_t access_pair(uint64_t arrival_ps, AccessKind kind, Place first, Place second) {
    const uint64_t back = access(arrival_ps, kind, first.address, first.bytes);
    return access(back, kind, second.address, second.bytes);
  }

  /// Bytes as whole bursts.
  MemoryCounters counters() const;
  /// It has no more channels than itself.
  std::vector<uint64_t> channel_bytes() const { return {}; }

 private:
  /// Atomics on one word follow each other.
  struct HotWord {
    uint64_t word = ~uint64_t{0};
    uint64_t free_ps = 0;
  };

  uint64_t read(uint64_t arrival_ps, uint64_t first, uint64_t end);
  uint64_t write(uint64_t arrival_ps, uint64_t first, uint64_t end);
  uint64_t perform_atomic(uint64_t arrival_ps, uint64_t word, uint64_t first, uint64_t end);
  uint64_t row_end(uint64_t burst) const { return ((burst >> row_shift_) + 1) << row_shift_; }

  uint64_t front_ps_, back_ps_, atomic_ps_;
  unsigned burst_shift_;  // of addresses
  unsigned row_shift_;    // of bursts
  BankedRows rows_;
  BatchedWrites writes_;
  RecentDepartures departed_;         // reads
  uint64_t reads_left_ps_ = 0;        // since when no read waits
  std::array<HotWord, 256> hot_;      // by hash; an evicted one is taken for cold
  std::array<uint64_t, 3> bursts_{};  // [kind]
  uint64_t atomics_ = 0;
  uint64_t row_hits_ = 0;  // of reads
};

}  // namespace weft::sim
