// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/core/access.h"
#include "sim/core/calendar.h"
#include "sim/core/dma_operations.h"

namespace weft::sim {

/// Rates of a DMA engine, in cycles of the core.
struct DmaParameters {
  unsigned outstanding = 64;   // requests in flight per queue
  unsigned request_bytes = 8;  // bytes of one request, a power of two
  unsigned run_bytes = 64;  // requests travel in runs that stay inside an aligned block of so many
                            // bytes, a power of two: such a block has one memory controller
  unsigned descriptor_cycles = 8;            // from the descriptor to its first request
  unsigned scratchpad_bytes_per_cycle = 64;  // of the engine's own scratchpad port
  double burst_cycles = 1.0;                 // between two responses of one run of requests
  std::vector<DmaOperation> operations = {   // that the machine's engines know
      DmaOperation::Copy,     DmaOperation::Strided,   DmaOperation::Gather, DmaOperation::Scatter,
      DmaOperation::Indirect, DmaOperation::Broadcast, DmaOperation::Reduce};
};

/// Requests that a queue may have in flight: request i leaves when request i - outstanding is back.
///
/// Requests come in runs, whose requests leave and are answered at an even spacing. The window
/// remembers runs: where a run takes the place of parts of earlier ones, the first request of a
/// part is as early for its place as those that follow it.
class OutstandingWindow {
 public:
  /// `spacing_cycles`: between two requests of one run, and between their responses.
  OutstandingWindow(unsigned outstanding, double spacing_cycles)
      : runs_(std::bit_ceil(outstanding + 1)), after_(2 * size_t{outstanding}) {
    for (unsigned i = 0; i < after_.size(); ++i)
      after_[i] = static_cast<uint64_t>(i * spacing_cycles);
    runs_[0] = {0, outstanding};
  }

  /// The earliest cycle at which the next request may leave.
  uint64_t free_at() const { return free_for(1); }

  /// The earliest cycle at which the first of a run of `n` requests may leave. Precondition: n is
  /// at most the requests that may be in flight.
  uint64_t free_for(unsigned n) const {
    uint64_t first = 0;
    size_t at = oldest_;
    for (unsigned placed = 0; placed < n; ++at) {
      const Run& run = runs_[at & (runs_.size() - 1)];
      first = std::max(first, run.last - std::min(run.last, after_[placed + run.left - 1]));
      placed += run.left;
    }
    return first;
  }

  /// Records a run of `n` requests whose last response is back at `last`, in the place of the `n`
  /// oldest. Precondition: n is at most the requests that may be in flight.
  void record(uint64_t last, unsigned n) {
    for (unsigned gone = n; gone > 0;) {
      Run& run = runs_[oldest_ & (runs_.size() - 1)];
      const unsigned part = std::min(gone, run.left);
      run.left -= part;
      gone -= part;
      oldest_ += run.left == 0 ? 1 : 0;
    }
    runs_[next_++ & (runs_.size() - 1)] = {last, n};
  }

 private:
  struct Run {
    uint64_t last = 0;  // response
    unsigned left = 0;  // its last requests, which still hold their places
  };

  std::vector<Run> runs_;        // in the order of leaving, as a ring
  std::vector<uint64_t> after_;  // [request of two runs] cycles after the first
  size_t oldest_ = 0;
  size_t next_ = 1;
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
        request_shift_(static_cast<unsigned>(std::countr_zero(parameters.request_bytes))),
        requests_per_cycle_(
            std::max(1u, parameters.scratchpad_bytes_per_cycle / parameters.request_bytes)),
        requests_(kHistoryCycles * requests_per_cycle_),
        foreground_(parameters.outstanding, parameters.burst_cycles),
        background_(parameters.outstanding, parameters.burst_cycles) {}

  /// Copies memory to scratchpad; returns the cycle at which the last byte is there.
  uint64_t fill(uint64_t cycle, uint64_t address, uint64_t bytes);

  bool offers(DmaOperation operation) const;

  /// Carries out an order that a thread waits for; returns the cycle at which its last element is
  /// in its place. An element is written when it is back, and read when its index is. Precondition:
  /// the engine offers the operation.
  uint64_t transfer(uint64_t cycle, const DmaDescriptor& order);

  /// Queues a background transfer that a thread posts at `cycle`.
  void post(uint64_t cycle, const DmaTransfer& transfer);

  /// Issues background requests up to `until`.
  void advance(uint64_t until);

  bool background_idle() const { return queue_.empty(); }
  /// The cycle at which the background queue issues next. Precondition: !background_idle().
  uint64_t background_at() const { return background_now_; }

  /// The cycle at which the last background transfer carried out so far ended.
  uint64_t background_done_at() const { return background_done_at_; }

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
  struct ElementRange {
    int64_t place;  // of the first
    uint64_t count;
    uint64_t bytes;  // of one
  };
  struct GroupWork {
    uint64_t open = 0;
    uint64_t done_at = 0;
  };

  uint64_t through_port(uint64_t cycle, uint64_t bytes);
  uint64_t issue_run(OutstandingWindow& window, uint64_t cycle, AccessKind kind, uint64_t address,
                     uint64_t bytes);
  uint64_t bytes_in_flight(uint64_t address) const;
  uint64_t run_length(uint64_t address, uint64_t bytes) const;
  uint64_t issue(const DmaArray& array, AccessKind kind, uint64_t cycle,
                 const ElementRange& elements);
  void step(Queued& work);
  GroupWork& work_of(uint64_t group);

  static constexpr uint64_t kHistoryCycles = 8192;  // longer than a thread runs ahead of the others

  DmaParameters parameters_;
  MemoryPort& memory_;
  unsigned request_shift_;
  uint64_t requests_per_cycle_;  // as many as the engine's own port could take the data of
  SlotCalendar requests_;
  OutstandingWindow foreground_;
  OutstandingWindow background_;
  SlotCalendar scratchpad_port_;  // of fills, clears and transfer()
  std::deque<Queued> queue_;
  uint64_t background_now_ = 0;
  uint64_t background_done_at_ = 0;
  std::vector<GroupWork> groups_;
  uint64_t descriptors_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace weft::sim
