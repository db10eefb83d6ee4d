// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/core/access.h"
#include "sim/core/calendar.h"

namespace weft::sim {

struct DmaParameters {
  unsigned outstanding = 64;                 // requests in flight per queue
  unsigned request_bytes = 8;                // bytes of one request
  unsigned descriptor_cycles = 8;            // from the descriptor to its first request
  unsigned scratchpad_bytes_per_cycle = 64;  // of the engine's own scratchpad port
  double burst_cycles = 1.0;                 // between two responses of one run of requests
};

/// Requests that a queue may have in flight: request i leaves when request i - outstanding is back.
class OutstandingWindow {
 public:
  explicit OutstandingWindow(unsigned outstanding) : done_(outstanding, 0) {}

  /// The earliest cycle at which the next request may leave.
  uint64_t free_at() const { return done_[next_]; }

  /// Records a run of `n` requests whose last response is back at `last` and the others every
  /// `spacing` 256ths of a cycle before.
  void record(uint64_t last, unsigned n, uint64_t spacing) {
    uint64_t before = std::min((n - 1) * spacing, last << 8);
    for (unsigned i = 0; i < n; ++i) {
      done_[next_] = last - (before >> 8);
      next_ = next_ + 1 == done_.size() ? 0 : next_ + 1;
      before -= std::min(before, spacing);
    }
  }

 private:
  std::vector<uint64_t> done_;
  size_t next_ = 0;
};

/// One contiguous piece of work for the background queue.
struct DmaTransfer {
  uint64_t source = 0;
  uint64_t destination = 0;
  uint64_t bytes = 0;
  uint64_t group = 0;              // whose completion a fence waits for
  bool clears_scratchpad = false;  // fills scratchpad with zeros instead of copying memory
};

/// A core's DMA engine: descriptors become runs of requests, bounded by the requests that may be
/// outstanding.
///
/// The foreground queue serves the short transfers that threads wait for and completes them when
/// called. The background queue holds long ones and is advanced with the core's time, a run of
/// requests at a time, so that it shares DRAM with the foreground instead of booking far ahead of
/// it.
class DmaEngine {
 public:
  DmaEngine(const DmaParameters& parameters, MemoryPort& memory)
      : parameters_(parameters),
        memory_(memory),
        foreground_(parameters.outstanding),
        background_(parameters.outstanding),
        response_spacing_(static_cast<uint64_t>(parameters.burst_cycles * 256)) {}

  /// Copies memory to scratchpad; returns the cycle at which the last byte is there.
  uint64_t fill(uint64_t cycle, uint64_t address, uint64_t bytes);

  /// Queues a background transfer that a thread posts at `cycle`.
  void post(uint64_t cycle, const DmaTransfer& transfer);

  /// Issues background requests up to `until`.
  void advance(uint64_t until);

  bool background_idle() const { return queue_.empty(); }
  /// The cycle at which the background queue issues next. Precondition: !background_idle().
  uint64_t background_at() const { return background_now_; }

  /// True where all background work posted for groups up to `group` is done; `done_at` is then the
  /// cycle.
  bool group_done(uint64_t group, uint64_t& done_at) const;

  uint64_t descriptors() const { return descriptors_; }
  uint64_t bytes() const { return bytes_; }

 private:
  struct Queued {
    uint64_t posted_at;
    DmaTransfer transfer;
    uint64_t moved = 0;
  };
  struct GroupWork {
    uint64_t open = 0;
    uint64_t done_at = 0;
  };

  uint64_t issue_run(OutstandingWindow& window, uint64_t cycle, AccessKind kind, uint64_t address,
                     uint64_t bytes);
  void step(Queued& work);
  GroupWork& work_of(uint64_t group);

  DmaParameters parameters_;
  MemoryPort& memory_;
  SlotCalendar requests_;  // one request leaves per cycle
  OutstandingWindow foreground_;
  OutstandingWindow background_;
  uint64_t response_spacing_;  // between responses of a run, in 256ths of a cycle
  std::deque<Queued> queue_;
  uint64_t background_now_ = 0;
  std::vector<GroupWork> groups_;
  uint64_t descriptors_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace weft::sim
