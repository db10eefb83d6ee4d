// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/batched_writes.h"

#include <algorithm>

namespace weft::sim {

BatchedWrites::BatchedWrites(const DramConfig& config, BankedRows& rows)
    : rows_(rows),
      low_(static_cast<uint64_t>(config.controller.write_low_watermark *
                                 config.controller.write_queue)),
      high_(static_cast<uint64_t>(config.controller.write_high_watermark *
                                  config.controller.write_queue)),
      reads_left_at_batch_(config.controller.read_queue / 4),
      forecast_(rows.banks()),
      departures_(static_cast<size_t>(config.controller.write_queue)) {
  pending_.reserve(departures_.size() + 1);
}

/// Returns when the write leaves the queue.
uint64_t BatchedWrites::book(const Pending& write, uint64_t begin_ps, uint64_t early_ps) {
  const BankedRows::Served served =
      rows_.serve(ColumnWrite, std::max(begin_ps, write.arrival_ps), write.row, write.bursts);
  row_hits_ += write.bursts - (served.row_hit ? 0 : 1);
  pending_bursts_ -= write.bursts;
  for (uint64_t i = 0; i < write.bursts; ++i) {
    departures_[oldest_] = served.left_ps - early_ps;
    oldest_ = oldest_ + 1 == departures_.size() ? 0 : oldest_ + 1;
  }
  return served.left_ps;
}

/// Writes what its bank takes before `now_ps`, one by one, or a batch where there are many.
void BatchedWrites::write_in_pause(uint64_t now_ps, uint64_t reads_left_ps) {
  size_t kept = 0;
  for (size_t i = 0; i < pending_.size(); ++i) {
    const Pending& write = pending_[i];
    const uint64_t begin_ps = std::max(reads_left_ps, write.arrival_ps);
    if (begin_ps < now_ps && pending_bursts_ > low_) {
      pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(kept),
                     pending_.begin() + static_cast<std::ptrdiff_t>(i));
      drain(begin_ps, begin_ps);
      return write_in_pause(now_ps, reads_left_ps);
    }
    if (begin_ps < now_ps && rows_.could_leave(begin_ps, write.row) < now_ps) {
      book(write, begin_ps, 0);
    } else {
      pending_[kept++] = write;
    }
  }
  pending_.resize(kept);
}

uint64_t BatchedWrites::push(uint64_t arrival_ps, uint64_t row, uint64_t bursts,
                             RecentDepartures& reads) {
  // Booked and pending bursts share the buffer; those that begin a batch are pending no more.
  const uint64_t place = oldest_ + std::min(pending_bursts_ + bursts - 1, high_);
  const uint64_t room_ps =
      departures_[place < departures_.size() ? place : place - departures_.size()];
  const uint64_t accepted_ps = std::max(arrival_ps, room_ps);
  pending_.push_back({accepted_ps, row, bursts});
  pending_bursts_ += bursts;
  if (pending_bursts_ > high_) {
    const int64_t left = std::max<int64_t>(0, reads.remaining_at_most(reads_left_at_batch_));
    drain(accepted_ps, std::max(accepted_ps, static_cast<uint64_t>(left)));
  }
  return accepted_ps;
}

/// Sorts the pending writes by when their banks could take them.
void BatchedWrites::order_by_readiness(uint64_t begin_ps) {
  for (const Pending& write : pending_) forecast_[rows_.bank_of(write.row)].ready_ps = 0;
  order_.clear();
  for (size_t i = 0; i < pending_.size(); ++i) {
    const Pending& write = pending_[i];
    BankForecast& bank = forecast_[rows_.bank_of(write.row)];
    bank.ready_ps = bank.ready_ps == 0 ? rows_.could_leave(begin_ps, write.row)
                                       : bank.ready_ps + rows_.next_write_ps(bank.row == write.row);
    bank.row = write.row;
    order_.emplace_back(std::max(bank.ready_ps, write.arrival_ps), i);
  }
  std::sort(order_.begin(), order_.end());
}

/// Books the readiest writes from `begin_ps` on until few are left. The batch was due when it was
/// `asked` for, and its entries leave the buffer as from then.
void BatchedWrites::drain(uint64_t asked_ps, uint64_t begin_ps) {
  order_by_readiness(begin_ps);
  uint64_t left_ps = begin_ps;
  for (const auto& [ready_ps, index] : order_) {
    if (pending_bursts_ <= low_) break;
    left_ps = std::max(left_ps, book(pending_[index], begin_ps, begin_ps - asked_ps));
    pending_[index].bursts = 0;
  }
  std::erase_if(pending_, [](const Pending& write) { return write.bursts == 0; });
  last_batch_end_ps_ = std::max(last_batch_end_ps_, left_ps + 1);
  batches_[next_batch_] = {begin_ps, left_ps + 1};
  next_batch_ = (next_batch_ + 1) % batches_.size();
}

}  // namespace weft::sim
