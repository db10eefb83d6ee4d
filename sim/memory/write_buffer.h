// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/memory/queue_window.h"
#include "sim/memory/row_scheduler.h"

namespace weft::sim {

/// The posted writes of a channel, which wait until reads leave room or until there are too many.
///
/// A controller writes one by one while no read waits, and in a batch, reads standing still, when
/// the buffer passes its high watermark, or when it is above the low one in a moment without reads;
/// a batch ends at the low watermark. As nobody waits for a write, what happened in the past is
/// decided when the next access comes.
///
/// A forced batch should displace the reads that wait, but their completions are already promised.
/// The batch is booked behind them instead, and reads that come meanwhile wait for it: the same
/// work in another order. It begins when a quarter of the read queue is left, since a queue that
/// runs dry would waste what a controller overlaps.
class WriteBuffer {
 public:
  explicit WriteBuffer(const DramConfig& config);

  /// Decides what was written before `now`, given that since `reads_left` no read waits.
  void settle(int64_t now, int64_t reads_left, RowScheduler& scheduler) {
    if (!pending_.empty() && reads_left < now) write_in_pause(now, reads_left, scheduler);
  }
  /// Adds a write; may book a batch behind `reads`.
  void push(int64_t arrival, const BankPlace& at, RecentDepartures& reads, RowScheduler& scheduler);
  /// Books everything that is left at or after `now`.
  void flush(int64_t now, RowScheduler& scheduler);

  /// `tick`, or the end of the batch that it falls into.
  int64_t after_batch(int64_t tick) const {
    if (tick >= last_batch_end_) return tick;
    for (const auto& [begin, end] : batches_) {
      if (tick >= begin && tick < end) tick = end;
    }
    return tick;
  }
  /// The tick from which the buffer accepts another write.
  int64_t room() const { return departures_.room(static_cast<int>(pending_.size())); }
  /// The end of the last data written so far.
  int64_t last_done() const { return last_done_; }
  int64_t row_hits() const { return row_hits_; }

 private:
  struct Pending {
    int64_t arrival;
    BankPlace at;
    bool booked = false;
  };

  void book(Pending& write, int64_t begin, int64_t early, RowScheduler& scheduler);
  void drain(int64_t asked, int64_t begin, size_t remaining, RowScheduler& scheduler);
  void write_in_pause(int64_t now, int64_t reads_left, RowScheduler& scheduler);
  void order_by_readiness(int64_t begin, RowScheduler& scheduler);

  struct BankForecast {
    int64_t ready;
    int64_t row;
  };

  int depth_;
  int reads_left_at_batch_;
  size_t low_, high_;
  std::vector<Pending> pending_;                          // in order of arrival
  std::vector<std::pair<int64_t, size_t>> order_;         // (readiness, index in pending_)
  std::vector<BankForecast> forecast_;                    // [bank]
  std::array<std::pair<int64_t, int64_t>, 4> batches_{};  // [begin, end) of the latest
  int64_t last_batch_end_ = 0;
  size_t next_batch_ = 0;
  QueueWindow departures_;
  int64_t left_ = 0;  // the latest departure of the batch being booked
  int64_t last_done_ = 0;
  int64_t row_hits_ = 0;
};

}  // namespace weft::sim
