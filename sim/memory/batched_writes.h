// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/memory/banked_rows.h"
#include "sim/memory/queue_window.h"

namespace weft::sim {

/// The posted writes of BankedRows: the rules of WriteBuffer, for runs of bursts. Times in
/// picoseconds.
class BatchedWrites {
 public:
  BatchedWrites(const DramConfig& config, BankedRows& rows);

  /// Decides what was written before `now_ps`, given that since `reads_left_ps` no read waits.
  void settle(uint64_t now_ps, uint64_t reads_left_ps) {
    if (!pending_.empty() && reads_left_ps < now_ps) write_in_pause(now_ps, reads_left_ps);
  }

  /// Adds a run of writes; may book a batch behind `reads`. Returns when it is accepted.
  uint64_t push(uint64_t arrival_ps, uint64_t row, uint64_t bursts, RecentDepartures& reads);

  /// `time_ps`, or the end of the batch that it falls into.
  uint64_t after_batch(uint64_t time_ps) const {
    if (time_ps >= last_batch_end_ps_) return time_ps;
    for (const auto& [begin_ps, end_ps] : batches_) {
      if (time_ps >= begin_ps && time_ps < end_ps) time_ps = end_ps;
    }
    return time_ps;
  }

  uint64_t row_hits() const { return row_hits_; }

 private:
  struct Pending {
    uint64_t arrival_ps;
    uint64_t row;
    uint64_t bursts;
  };

  struct BankForecast {
    uint64_t ready_ps;
    uint64_t row;
  };

  void write_in_pause(uint64_t now_ps, uint64_t reads_left_ps);
  void order_by_readiness(uint64_t begin_ps);
  void drain(uint64_t asked_ps, uint64_t begin_ps);
  uint64_t book(const Pending& write, uint64_t begin_ps, uint64_t early_ps);

  BankedRows& rows_;
  uint64_t low_, high_;  // bursts
  int reads_left_at_batch_;
  std::vector<Pending> pending_;  // in order of arrival
  uint64_t pending_bursts_ = 0;
  std::vector<std::pair<uint64_t, size_t>> order_;  // (readiness, index in pending_)
  std::vector<BankForecast> forecast_;              // [bank]
  std::vector<uint64_t> departures_;  // [burst of the buffer] in the order of booking, as a ring
  size_t oldest_ = 0;
  std::array<std::pair<uint64_t, uint64_t>, 4> batches_{};  // [begin, end) of the latest
  uint64_t last_batch_end_ps_ = 0;
  size_t next_batch_ = 0;
  uint64_t row_hits_ = 0;
};

}  // namespace weft::sim
