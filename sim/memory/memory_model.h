// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "sim/core/access.h"
#include "sim/core/calendar.h"

namespace weft::sim {

/// What a memory controller served. Bytes count whole accesses, an atomic as a read and a write.
struct MemoryCounters {
  uint64_t accesses = 0;
  uint64_t row_hits = 0;
  uint64_t atomics = 0;
  uint64_t read_bytes = 0;
  uint64_t write_bytes = 0;
};

/// What stands behind a memory controller's socket: times in picoseconds, addresses local to the
/// controller.
class MemoryModel {
 public:
  virtual ~MemoryModel() = default;
  /// The time at which the response of a request that arrives at `arrival_ps` leaves the
  /// controller.
  virtual uint64_t access(uint64_t arrival_ps, AccessKind kind, uint64_t address,
                          uint32_t bytes) = 0;
  const MemoryCounters& counters() const { return counters_; }

 protected:
  MemoryCounters counters_;
};

/// Memory of one latency and one bandwidth: the simplest model that has both floors, for tests and
/// ablations.
class FlatMemory final : public MemoryModel {
 public:
  FlatMemory(uint64_t latency_ps, double gb_s, uint32_t access_bytes)
      : latency_ps_(latency_ps),
        access_bytes_(access_bytes),
        access_shift_(static_cast<unsigned>(std::countr_zero(access_bytes))),
        slot_ps_(access_bytes * 1000.0 / gb_s),
        slots_per_ps_(1.0 / slot_ps_),
        bus_(1 << 14) {}

  uint64_t access(uint64_t arrival_ps, AccessKind kind, uint64_t address, uint32_t bytes) override {
    const uint64_t first = address >> access_shift_;
    const uint64_t last = (address + bytes - 1) >> access_shift_;
    const uint64_t moved = (last - first + 1) * access_bytes_;
    const bool atomic = kind == AccessKind::Atomic;
    const auto bursts = static_cast<unsigned>((last - first + 1) * (atomic ? 2 : 1));
    counters_.accesses += last - first + 1;
    counters_.atomics += atomic ? 1 : 0;
    counters_.read_bytes += kind != AccessKind::Write ? moved : 0;
    counters_.write_bytes += kind != AccessKind::Read ? moved : 0;
    // Signed conversions are single instructions.
    const auto arrival = static_cast<double>(static_cast<int64_t>(arrival_ps));
    const auto earliest = static_cast<uint64_t>(static_cast<int64_t>(arrival * slots_per_ps_));
    const uint64_t slot = bus_.book(earliest, bursts);
    const double starts = static_cast<double>(static_cast<int64_t>(slot + 1 - bursts)) * slot_ps_;
    const double done = std::max(starts, arrival) + (bursts - 1) * slot_ps_;
    return latency_ps_ + static_cast<uint64_t>(static_cast<int64_t>(done));
  }

  /// Bytes moved over the bus, whole accesses each; an atomic reads and writes.
  uint64_t read_bytes() const { return counters_.read_bytes; }
  uint64_t written_bytes() const { return counters_.write_bytes; }
  uint64_t moved_bytes() const { return counters_.read_bytes + counters_.write_bytes; }

 private:
  uint64_t latency_ps_;
  uint32_t access_bytes_;  // a power of two
  unsigned access_shift_;
  double slot_ps_;
  double slots_per_ps_;
  SlotCalendar bus_;
};

}  // namespace weft::sim
