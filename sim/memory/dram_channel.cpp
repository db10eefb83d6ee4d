// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/dram_channel.h"

#include <algorithm>

namespace weft::sim {

DramChannel::DramChannel(const DramConfig& config)
    : organization_(config.organization),
      rows_are_contiguous_(config.controller.mapping == AddressMapping::RoBaRaCoCh),
      mapper_(config.organization, config.controller.mapping),
      scheduler_(config),
      writes_(config),
      departed_(config.controller.read_queue) {}

RowScheduler::Served DramChannel::read(int64_t arrival, uint64_t local_address) {
  writes_.settle(arrival, reads_left_, scheduler_);
  const auto served =
      scheduler_.serve(ColumnRead, writes_.after_batch(arrival), place(local_address));
  reads_left_ = std::max(reads_left_, served.left_queue);
  last_arrival_ = std::max(last_arrival_, arrival);
  departed_.push(served.left_queue);
  ++counters_.reads;
  counters_.row_hits += served.row_hit ? 1 : 0;
  return served;
}

int64_t DramChannel::read_run(int64_t arrival, uint64_t local_address, int64_t bursts) {
  const int64_t burst = organization_.burst_bytes, row = organization_.row_bytes;
  int64_t done = arrival;
  while (bursts > 0) {
    int64_t end = read(arrival, local_address).done;
    int64_t served = 1;
    if (rows_are_contiguous_) {
      const int64_t in_row = (row - static_cast<int64_t>(local_address) % row) / burst;
      const int64_t more =
          scheduler_.continue_run(std::min(bursts, in_row) - 1, place(local_address), end);
      counters_.reads += more;
      counters_.row_hits += more;
      served += more;
    }
    done = std::max(done, end);
    bursts -= served;
    local_address += static_cast<uint64_t>(served * burst);
  }
  return done;
}

int64_t DramChannel::write(int64_t arrival, uint64_t local_address) {
  writes_.settle(arrival, reads_left_, scheduler_);
  const int64_t accepted = std::max(arrival, writes_.room());
  writes_.push(accepted, place(local_address), departed_, scheduler_);
  last_arrival_ = std::max(last_arrival_, accepted);
  ++counters_.writes;
  return accepted;
}

int64_t DramChannel::flush() {
  writes_.flush(std::max(last_arrival_, reads_left_), scheduler_);
  return writes_.last_done();
}

DramChannel::Counters DramChannel::counters() const {
  Counters total = counters_;
  total.row_hits += writes_.row_hits();
  total.row_misses = total.reads + total.writes - total.row_hits;
  return total;
}

}  // namespace weft::sim
