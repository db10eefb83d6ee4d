// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

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
        bus_((1 << 17) - 64) {}

  /// The time at which the response of a request that arrives at `arrival_ps` leaves the
  /// controller. An atomic moves its bytes twice.
  uint64_t access(uint64_t arrival_ps, AccessKind kind, uint64_t address, uint32_t bytes) {
    const uint64_t bursts = take_in(kind, {address, bytes});
    const uint64_t starts = serve(arrival_ps, bursts);
    return starts + slots_.begin_ps(bursts - 1) + latency_ps_;
  }

  /// The time at which the response of the second of two requests leaves the controller, where the
  /// second is sent when the first is back. Both are booked on the bus when the first arrives, one
  /// booking in place of two, and the second does not wait for the bus again: an approximation.
  uint64_t access_pair(uint64_t arrival_ps, AccessKind kind, Place first, Place second) {
    const uint64_t bursts = take_in(kind, first);
    const uint64_t more = take_in(kind, second);
    const uint64_t waits = serve(arrival_ps, bursts + more) - arrival_ps;
    return arrival_ps + waits + 2 * latency_ps_ + slots_.begin_ps(bursts - 1) +
           slots_.begin_ps(more - 1);
  }

  MemoryCounters counters() const {
    const auto moved = [this](AccessKind kind) { return moved_[static_cast<size_t>(kind)]; };
    const uint64_t atomic = moved(AccessKind::Atomic);
    const uint64_t reads = moved(AccessKind::Read) + atomic;
    const uint64_t writes = moved(AccessKind::Write) + atomic;
    return {.accesses = reads + writes - atomic,
            .row_hits = 0,
            .atomics = served_[static_cast<size_t>(AccessKind::Atomic)],
            .read_bytes = reads * access_bytes_,
            .write_bytes = writes * access_bytes_};
  }

  /// It has no channels of its own.
  std::vector<uint64_t> channel_bytes() const { return {}; }

  /// Bytes moved over the bus, whole accesses each; an atomic reads and writes.
  uint64_t read_bytes() const { return counters().read_bytes; }
  uint64_t written_bytes() const { return counters().write_bytes; }
  uint64_t moved_bytes() const { return read_bytes() + written_bytes(); }

 private:
  /// Counts a request; returns the bursts that it takes on the bus.
  uint64_t take_in(AccessKind kind, Place place) {
    const uint64_t moved =
        ((place.address + place.bytes - 1) >> access_shift_) - (place.address >> access_shift_) + 1;
    moved_[static_cast<size_t>(kind)] += moved;
    ++served_[static_cast<size_t>(kind)];
    return moved << (kind == AccessKind::Atomic ? 1 : 0);
  }

  /// The time at which the first of `bursts` that end together moves.
  uint64_t serve(uint64_t arrival_ps, uint64_t bursts) {
    const uint64_t earliest = slots_.tick_of(arrival_ps);
    uint64_t last = bus_.book_at_once(earliest, static_cast<unsigned>(bursts));
    if (last == SlotCalendar::kElsewhere) [[unlikely]]
      last = book_later(earliest, bursts);
    return std::max(slots_.begin_ps(last + 1 - bursts), arrival_ps);
  }

  /// Bursts of which the bus has no room for all where they arrive.
  [[gnu::noinline]] uint64_t book_later(uint64_t earliest, uint64_t bursts) {
    return bus_.book(earliest, static_cast<unsigned>(bursts));
  }

  uint64_t latency_ps_;
  uint32_t access_bytes_;  // a power of two
  unsigned access_shift_;
  TickRate slots_;
  SlotCalendar bus_;
  std::array<uint64_t, 3> moved_{};   // [kind] accesses of access_bytes_
  std::array<uint64_t, 3> served_{};  // [kind] requests
};

}  // namespace weft::sim
