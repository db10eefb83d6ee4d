// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/write_buffer.h"

#include <algorithm>

namespace weft::sim {

WriteBuffer::WriteBuffer(const DramConfig& config)
    : depth_(config.controller.write_queue),
      reads_left_at_batch_(config.controller.read_queue / 4),
      low_(static_cast<size_t>(config.controller.write_low_watermark * depth_)),
      high_(static_cast<size_t>(config.controller.write_high_watermark * depth_)),
      forecast_(static_cast<size_t>(ChannelShape(config.organization).banks)),
      departures_(depth_) {
  pending_.reserve(static_cast<size_t>(depth_) + 1);
  order_.reserve(static_cast<size_t>(depth_) + 1);
}

void WriteBuffer::book(Pending& write, int64_t begin, int64_t early, RowScheduler& scheduler) {
  const auto served = scheduler.serve(ColumnWrite, std::max(begin, write.arrival), write.at);
  write.booked = true;
  departures_.depart(served.left_queue - early);
  left_ = std::max(left_, served.left_queue);
  last_done_ = std::max(last_done_, served.done);
  row_hits_ += served.row_hit ? 1 : 0;
}

void WriteBuffer::write_in_pause(int64_t now, int64_t reads_left, RowScheduler& scheduler) {
  for (size_t i = 0; i < pending_.size();) {
    const int64_t begin = std::max(reads_left, pending_[i].arrival);
    if (begin < now && pending_.size() > low_) {
      drain(begin, begin, low_, scheduler);
    } else if (begin < now && scheduler.could_leave(begin, pending_[i].at) < now) {
      book(pending_[i], begin, 0, scheduler);
      pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
}

void WriteBuffer::push(int64_t arrival, const BankPlace& at, RecentDepartures& reads,
                       RowScheduler& scheduler) {
  pending_.push_back({arrival, at});
  if (pending_.size() <= high_) return;
  drain(arrival, std::max(arrival, reads.remaining_at_most(reads_left_at_batch_)), low_, scheduler);
}

void WriteBuffer::flush(int64_t now, RowScheduler& scheduler) {
  if (!pending_.empty()) drain(now, now, 0, scheduler);
}

/// Sorts the pending writes by when their banks could take them. Writes to one bank follow each
/// other at the distance that a hit or a change of row needs.
void WriteBuffer::order_by_readiness(int64_t begin, RowScheduler& scheduler) {
  const CommandDistances& distances = scheduler.distances();
  for (const Pending& write : pending_) forecast_[static_cast<size_t>(write.at.bank)].ready = -1;
  order_.clear();
  for (size_t i = 0; i < pending_.size(); ++i) {
    const Pending& write = pending_[i];
    BankForecast& bank = forecast_[static_cast<size_t>(write.at.bank)];
    if (bank.ready < 0) {
      bank.ready = scheduler.could_leave(begin, write.at);
    } else {
      bank.ready +=
          bank.row == write.at.row ? distances.same_group[ColumnWrite] : distances.write_row_cycle;
    }
    bank.row = write.at.row;
    order_.emplace_back(std::max(bank.ready, write.arrival), i);
  }
  std::sort(order_.begin(), order_.end());
}

/// Books the readiest writes from `begin` on until `remaining` are left. The batch was due when it
/// was `asked` for, and its entries leave the buffer as from then.
void WriteBuffer::drain(int64_t asked, int64_t begin, size_t remaining, RowScheduler& scheduler) {
  order_by_readiness(begin, scheduler);
  order_.resize(order_.size() - remaining);
  left_ = begin;
  for (const auto& [readiness, index] : order_)
    book(pending_[index], begin, begin - asked, scheduler);
  std::erase_if(pending_, [](const Pending& write) { return write.booked; });
  last_batch_end_ = std::max(last_batch_end_, left_ + 1);
  batches_[next_batch_] = {begin, left_ + 1};
  next_batch_ = (next_batch_ + 1) % batches_.size();
}

}  // namespace weft::sim
