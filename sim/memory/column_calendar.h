// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/memory/bank_place.h"
#include "sim/memory/capacity_calendar.h"
#include "sim/memory/dram_timing.h"

namespace weft::sim {

/// When the read and write commands of a channel are issued, which is when its data buses are used.
///
/// A rank has a slot per burst (nCCD_S) for reads and one for writes, a bank group one per nCCD_L.
/// A write closes the slots around it to reads (nWTR, nRTW); reads leave no such mark, a write
/// looks for them instead: reads are many.
class ColumnCalendar {
 public:
  /// A place for a command: when it is issued, and the slots that it uses up.
  struct Found {
    int64_t tick;
    int64_t bus_slot;    // a tick of the slot of the data bus
    int64_t group_slot;  // a tick of the slot of the bank group
    bool by_group;       // the bank group, not the data bus, made it wait
  };

  explicit ColumnCalendar(const DramConfig& config);

  /// The earliest command of `kind` at or after `from`.
  Found find(ColumnKind kind, int64_t from, const BankPlace& at);
  /// The same for a row session that was delayed after commands of it were booked. Their slots of
  /// the bank group stand up to `delay` ticks too early and must not push this one later still.
  Found find_delayed(ColumnKind kind, int64_t from, const BankPlace& at, int64_t delay);
  void book(ColumnKind kind, const Found& found, const BankPlace& at);
  /// Books up to `count` reads of one row that follow a read at `tick` at the full rate of its bank
  /// group, as far as the slots are free and the reads come before `until`. Returns how many.
  int64_t book_run(int64_t tick, int64_t count, int64_t until, const BankPlace& at);

  /// Ticks in which data moved, summed over the pseudo-channels.
  int64_t busy_ticks() const { return busy_ticks_; }

 private:
  struct Rank {
    std::array<CapacityCalendar, 2> taken;  // [kind]
    CapacityCalendar closed_to_reads;
  };
  struct Group {
    std::array<CapacityCalendar, 2> taken;  // [kind]
    int64_t last_write;
  };
  struct Bus {
    int64_t last_column;
    int last_rank;
    bool has_writes;
  };

  int64_t first_on_bus(ColumnKind kind, int64_t from, const BankPlace& at);
  Found separate(Found found, const BankPlace& at) const;
  void charge_rank_switch(const Found& found, int rank);
  int64_t on_grid(int64_t tick) const { return (tick + grid_ - 1) & ~(grid_ - 1); }

  CommandDistances distances_;
  bool groups_bind_;  // else the data bus alone does
  int64_t grid_, column_cycles_, same_rank_, other_rank_, burst_;
  int ranks_;                     // per pseudo-channel
  std::vector<Rank> rank_;        // [pc][rank]
  std::vector<Group> group_;      // [pc][rank][group]
  std::vector<Bus> bus_;          // [pc]
  int64_t last_command_;          // of the column bus that the pseudo-channels share
  int64_t rank_switch_debt_ = 0;  // ticks
  int64_t busy_ticks_ = 0;
};

}  // namespace weft::sim
