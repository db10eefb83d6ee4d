// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/core/calendar.h"

namespace weft::sim {

/// Hands out the tasks of a range in order to whoever asks first: one request per cycle, each
/// answered after a fixed latency.
class QueueEngine {
 public:
  /// `dequeue_cycles`: from the cycle in which a request is served to its answer.
  explicit QueueEngine(unsigned dequeue_cycles) : dequeue_cycles_(dequeue_cycles) {}

  struct Answer {
    uint64_t done;  // cycle at which the answer is back
    bool found;     // false: no task is left
    int64_t task;
  };

  /// Replaces what is left by the tasks [begin, end).
  void offer(int64_t begin, int64_t end) {
    next_ = begin;
    end_ = end;
  }

  /// The cycle at which a request that arrives at `cycle` is answered, whatever it asks for.
  uint64_t serve(uint64_t cycle) { return requests_.book(cycle) + dequeue_cycles_; }

  /// Serves a request for the next task that arrives at `cycle`.
  Answer take(uint64_t cycle) {
    const uint64_t done = serve(cycle);
    if (next_ >= end_) return {done, false, 0};
    return {done, true, next_++};
  }

 private:
  unsigned dequeue_cycles_;
  SlotCalendar requests_;
  int64_t next_ = 0;
  int64_t end_ = 0;
};

}  // namespace weft::sim
