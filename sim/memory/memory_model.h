// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/core/access.h"
#include "sim/core/calendar.h"

namespace weft::sim {

/// What stands behind a memory controller's socket: times in picoseconds, addresses local to the
/// controller.
class MemoryModel {
 public:
  virtual ~MemoryModel() = default;
  /// The time at which the response of a request that arrives at `arrival_ps` leaves the
  /// controller.
  virtual uint64_t access(uint64_t arrival_ps, AccessKind kind, uint64_t address,
                          uint32_t bytes) = 0;
};

/// Memory of one latency and one bandwidth: the simplest model that has both floors, for tests and
/// ablations.
class FlatMemory : public MemoryModel {
 public:
  FlatMemory(uint64_t latency_ps, double gb_s, uint32_t access_bytes)
      : latency_ps_(latency_ps),
        access_bytes_(access_bytes),
        slot_ps_(access_bytes * 1000.0 / gb_s),
        bus_(1 << 16) {}

  uint64_t access(uint64_t arrival_ps, AccessKind kind, uint64_t address, uint32_t bytes) override {
    const uint64_t first = address / access_bytes_;
    const uint64_t last = (address + bytes - 1) / access_bytes_;
    const auto bursts =
        static_cast<unsigned>((last - first + 1) * (kind == AccessKind::Atomic ? 2 : 1));
    const auto arrival = static_cast<double>(arrival_ps);
    const uint64_t slot = bus_.book(static_cast<uint64_t>(arrival / slot_ps_), bursts);
    const uint64_t touched = (last - first + 1) * access_bytes_;
    read_bytes_ += kind == AccessKind::Write ? 0 : touched;
    written_bytes_ += kind == AccessKind::Read ? 0 : touched;
    const double waited = static_cast<double>(slot + 1 - bursts) * slot_ps_ - arrival;
    return arrival_ps + latency_ps_ + (waited > 0 ? static_cast<uint64_t>(waited) : 0) +
           static_cast<uint64_t>((bursts - 1) * slot_ps_);
  }

  /// Bytes moved over the bus, whole accesses each; an atomic reads and writes.
  uint64_t read_bytes() const { return read_bytes_; }
  uint64_t written_bytes() const { return written_bytes_; }
  uint64_t moved_bytes() const { return read_bytes_ + written_bytes_; }

 private:
  uint64_t latency_ps_;
  uint32_t access_bytes_;
  double slot_ps_;
  SlotCalendar bus_;
  uint64_t read_bytes_ = 0;
  uint64_t written_bytes_ = 0;
};

}  // namespace weft::sim
