// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/memory/activate_calendar.h"
#include "sim/memory/bank_calendar.h"
#include "sim/memory/column_calendar.h"
#include "sim/memory/refresh_calendar.h"

namespace weft::sim {

/// Books the commands of one access after another on the banks and buses of a channel.
///
/// This is list scheduling in order of age. An FR-FCFS controller serves at every tick the oldest
/// access that is ready; booking accesses in order of age, each into the earliest room that older
/// ones left, gives nearly the same schedule without knowing the future. Three things need more:
/// - A younger access to a row that is open, or booked to open, joins that row's session if its
/// command comes before
///   the session's precharge, as it would be ready before it. Then the precharge is late, and the
///   later sessions of the bank move: what was answered for them stands, what joins them or comes
///   after them sees the delay.
/// - An older access that is booked late (callers run ahead of each other) may go before a session
/// that a younger one
///   opened, where the bank has room.
/// - A refresh closes all rows and stops everything.
class RowScheduler {
 public:
  struct Served {
    int64_t left_queue;  // tick of the command that took it out of the queue: activate, or column
                         // for a row hit
    int64_t done;        // tick of the end of its data
    bool row_hit;
  };

  explicit RowScheduler(const DramConfig& config);

  Served serve(ColumnKind kind, int64_t arrival, const BankPlace& at);

  /// Continues a read of the last session's row that was served just before: up to `count` further
  /// bursts of the row, at the rate of the bank. Returns how many, and moves `done` to the last.
  int64_t continue_run(int64_t count, const BankPlace& at, int64_t& done);

  /// When a write that is considered at `from` could leave the queue, were its bank all that
  /// matters.
  int64_t could_leave(int64_t from, const BankPlace& at);

  const CommandDistances& distances() const { return distances_; }
  int64_t busy_ticks() const { return columns_.busy_ticks(); }

 private:
  bool join(ColumnKind kind, int64_t from, const BankPlace& at, Served& served);
  Served open(ColumnKind kind, int64_t arrival, int64_t from, const BankPlace& at);
  int gap_before_younger(BankCalendar& bank, int64_t arrival, int64_t from) const;
  int64_t close(RowSession& before, int64_t from) const;

  CommandDistances distances_;
  int64_t row_cycle_, bus_slot_, precharge_;
  bool close_at_once_;
  RefreshCalendar refresh_;
  ColumnCalendar columns_;
  ActivateCalendar activates_;
  std::vector<BankCalendar> banks_;
};

}  // namespace weft::sim
