// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/memory/address_mapper.h"
#include "sim/memory/queue_window.h"
#include "sim/memory/row_scheduler.h"
#include "sim/memory/write_buffer.h"

namespace weft::sim {

/// One DRAM channel with its controller, by reservation: an access is complete when it is called.
/// Time in ticks.
///
/// Calls may come out of order; the skew must stay below the calendars' memory (kRememberedTicks).
/// The channel itself does not refuse reads: a caller with accesses in order finds from their
/// departures when the queue has room.
class DramChannel {
 public:
  struct Counters {
    int64_t reads = 0;   // bursts
    int64_t writes = 0;  // bursts
    int64_t row_hits = 0;
    int64_t row_misses = 0;
  };

  explicit DramChannel(const DramConfig& config);

  /// Reads a burst.
  RowScheduler::Served read(int64_t arrival, uint64_t local_address);
  /// Reads `bursts` neighbouring bursts; returns the tick of the end of the last one's data.
  int64_t read_run(int64_t arrival, uint64_t local_address, int64_t bursts);
  /// Writes a burst; it is posted, and the tick returned is the one at which it is accepted.
  int64_t write(int64_t arrival, uint64_t local_address);
  /// Writes what is still buffered; returns the tick at which everything written is in the DRAM.
  int64_t flush();

  /// The tick from which the write buffer has room.
  int64_t write_room() const { return writes_.room(); }

  Counters counters() const;
  /// Data-bus ticks used, over all pseudo-channels.
  int64_t busy_ticks() const { return scheduler_.busy_ticks(); }

 private:
  BankPlace place(uint64_t local_address) const {
    return flatten(mapper_.decode(local_address), organization_);
  }

  DramOrganization organization_;
  bool rows_are_contiguous_;
  AddressMapper mapper_;
  RowScheduler scheduler_;
  WriteBuffer writes_;
  RecentDepartures departed_;
  int64_t reads_left_ = 0;  // the tick since which no read waits
  int64_t last_arrival_ = 0;
  Counters counters_;  // row_hits: of reads
};

}  // namespace weft::sim
