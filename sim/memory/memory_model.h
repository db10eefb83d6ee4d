// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "sim/core/access.h"
#include "sim/core/calendar.h"
#include "sim/core/tick_rate.h"

namespace weft::sim {

/// What a memory controller served. Bytes count whole accesses, an atomic as a read and a write.
struct MemoryCounters {
  uint64_t accesses = 0;
  uint64_t row_hits = 0;
  uint64_t atomics = 0;
  uint64_t read_bytes = 0;
  uint64_t write_bytes = 0;
};

/// Memory of one latency and one bandwidth: the simplest model that has both floors. Times in
/// picoseconds, addresses local to the controller.
class FlatMemory {
 public:
  FlatMemory(uint64_t latency_ps, double gb_s, uint32_t access_bytes)
      : latency_ps_(latency_ps),
        access_bytes_(access_bytes),
        access_shift_(static_cast<unsigned>(std::countr_zero(access_bytes))),
        slots_(access_bytes * 1000.0 / gb_s),
        bus_(1 << 14) {}

  /// The time at which the response of a request that arrives at `arrival_ps` leaves the
  /// controller. An atomic moves its bytes twice.
  uint64_t access(uint64_t arrival_ps, AccessKind kind, uint64_t address, uint32_t bytes) {
    uint64_t bursts = ((address + bytes - 1) >> access_shift_) - (address >> access_shift_) + 1;
    moved_[static_cast<size_t>(kind)] += bursts;
    if (kind == AccessKind::Atomic) {
      ++atomics_;
      bursts *= 2;
    }
    const uint64_t earliest = slots_.tick_of(arrival_ps);
    const uint64_t last = bus_.book_at_once(earliest, static_cast<unsigned>(bursts));
    if (last == SlotCalendar::kElsewhere) return access_later(arrival_ps, earliest, bursts);
    return done(arrival_ps, last, bursts);
  }

  MemoryCounters counters() const {
    const auto moved = [this](AccessKind kind) { return moved_[static_cast<size_t>(kind)]; };
    const uint64_t atomic = moved(AccessKind::Atomic);
    const uint64_t reads = moved(AccessKind::Read) + atomic;
    const uint64_t writes = moved(AccessKind::Write) + atomic;
    return {.accesses = reads + writes - atomic,
            .row_hits = 0,
            .atomics = atomics_,
            .read_bytes = reads * access_bytes_,
            .write_bytes = writes * access_bytes_};
  }

  /// Bytes moved over the bus, whole accesses each; an atomic reads and writes.
  uint64_t read_bytes() const { return counters().read_bytes; }
  uint64_t written_bytes() const { return counters().write_bytes; }
  uint64_t moved_bytes() const { return read_bytes() + written_bytes(); }

 private:
  /// An access of which the bus has no room for all bursts where it arrives.
  [[gnu::noinline]] uint64_t access_later(uint64_t arrival_ps, uint64_t earliest, uint64_t bursts) {
    return done(arrival_ps, bus_.book(earliest, static_cast<unsigned>(bursts)), bursts);
  }
  uint64_t done(uint64_t arrival_ps, uint64_t last, uint64_t bursts) const {
    const uint64_t starts = std::max(slots_.begin_ps(last + 1 - bursts), arrival_ps);
    return starts + slots_.begin_ps(bursts - 1) + latency_ps_;
  }

  uint64_t latency_ps_;
  uint32_t access_bytes_;  // a power of two
  unsigned access_shift_;
  TickRate slots_;
  SlotCalendar bus_;
  std::array<uint64_t, 3> moved_{};  // [kind] accesses of access_bytes_
  uint64_t atomics_ = 0;
};

}  // namespace weft::sim
