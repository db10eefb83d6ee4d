// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/calendar.h"
#include "sim/core/tick_rate.h"
#include "sim/memory/dram_config.h"
#include "sim/memory/dram_timing.h"

namespace weft::sim {

/// The banks and the data bus of a channel whose rows close by themselves and whose commands wait
/// for nothing but their bank and the bus. Times in picoseconds.
///
/// Every bank is a calendar of its own, of eight slots to a row cycle: an access that opens a row
/// takes as many slots as the bank is away for, and what comes to the row while it is open joins it
/// and keeps the bank longer. The bus has a slot to a burst. Two bookings an access, whatever was
/// booked before; RowScheduler, which books each command, needs ten times as long.
class BankedRows {
 public:
  struct Served {
    uint64_t left_ps;  // the queue: with the activate, or with the column of a row hit
    uint64_t done_ps;  // end of the last data
    bool row_hit;
  };

  /// Whether a memory has no limits but those that are modelled here.
  static bool suits(const DramConfig& config);

  /// Precondition: suits(config).
  explicit BankedRows(const DramConfig& config);

  uint64_t bank_of(uint64_t row) const { return row & (banks_.size() - 1); }
  uint64_t banks() const { return banks_.size(); }

  /// Moves `bursts` neighbouring bursts of `row`, counted through all banks.
  Served serve(ColumnKind kind, uint64_t arrival_ps, uint64_t row, uint64_t bursts) {
    Bank& bank = banks_[bank_of(row)];
    const Times& times = times_[kind];
    const bool joins = bank.row == row && arrival_ps < bank.closes_ps;
    if (!joins) open(bank, kind, arrival_ps, row);
    const uint64_t ready_ps = std::max(arrival_ps, bank.opened_ps + times.activate_to_column_ps);
    const uint64_t first_ps =
        kind == ColumnRead ? book_reads(ready_ps, bursts) : book_writes(ready_ps, bursts);
    const uint64_t column_ps = first_ps + bursts_.begin_ps(bursts - 1);
    keep(bank, column_ps + times.column_to_precharge_ps);
    return {joins ? first_ps : bank.opened_ps, column_ps + times.data_ps, joins};
  }

  /// Time from a write to the next of its bank: to the same row, or to another one.
  uint64_t next_write_ps(bool same_row) const {
    return same_row ? burst_ps_ : times_[ColumnWrite].slots * slot_ps_;
  }

  /// When a write that is considered at `from_ps` could leave the queue, were its bank all that
  /// matters.
  uint64_t could_leave(uint64_t from_ps, uint64_t row) const {
    const Bank& bank = banks_[bank_of(row)];
    if (bank.closes_ps <= from_ps) return from_ps;
    if (bank.row == row)
      return std::max(from_ps, bank.opened_ps + times_[ColumnWrite].activate_to_column_ps);
    return bank.closes_ps + precharge_ps_;
  }

 private:
  /// The latest row of a bank, and the time that it takes from it.
  struct Bank {
    uint64_t row = ~uint64_t{0};
    uint64_t opened_ps = 0;
    uint64_t closes_ps = 0;  // its precharge
    SlotCalendar busy{kHistorySlots};
  };
  struct Times {
    uint64_t activate_to_column_ps;
    uint64_t column_to_precharge_ps;
    uint64_t data_ps;  // from the column to the end
    uint64_t slots;    // of the bank, by the first access to a row
  };

  static constexpr uint64_t kSlotsPerRowCycle = 8;
  static constexpr uint64_t kHistorySlots = 4096;

  void open(Bank& bank, ColumnKind kind, uint64_t arrival_ps, uint64_t row) {
    const Times& times = times_[kind];
    const uint64_t last =
        bank.busy.book(bank_slots_.tick_of(arrival_ps), static_cast<unsigned>(times.slots));
    bank.row = row;
    bank.opened_ps = std::max(arrival_ps, bank_slots_.begin_ps(last + 1 - times.slots));
    bank.closes_ps = bank.opened_ps + times.slots * slot_ps_ - precharge_ps_;
  }

  /// Keeps a row open to `closes_ps`, where that is later than so far.
  void keep(Bank& bank, uint64_t closes_ps) {
    if (closes_ps <= bank.closes_ps) return;
    const uint64_t first = bank_slots_.tick_of(bank.closes_ps + precharge_ps_);
    const uint64_t last = bank_slots_.tick_of(closes_ps + precharge_ps_);
    if (last > first) bank.busy.book(first, static_cast<unsigned>(last - first));
    bank.closes_ps = closes_ps;
  }

  /// The columns of `bursts` reads from `ready_ps` on; returns when the first is issued.
  uint64_t book_reads(uint64_t ready_ps, uint64_t bursts) {
    const uint64_t last = reads_.book(bursts_.tick_of(ready_ps), static_cast<unsigned>(bursts));
    last_read_ = std::max(last_read_, last);
    return std::max(ready_ps, bursts_.begin_ps(last + 1 - bursts));
  }

  /// The same for writes, which follow the reads of the queue; around them the bus is closed to
  /// reads. Reads of callers that run further ahead do not count.
  uint64_t book_writes(uint64_t ready_ps, uint64_t bursts) {
    uint64_t from = bursts_.tick_of(ready_ps);
    if (last_read_ >= from && last_read_ < from + read_queue_) from = last_read_ + read_to_write_;
    const uint64_t last = writes_.book(from, static_cast<unsigned>(bursts));
    const uint64_t first = last + 1 - bursts;
    reads_.block(first - std::min(first, read_to_write_ - 1), last + write_to_read_);
    return std::max(ready_ps, bursts_.begin_ps(first));
  }

  std::array<Times, 2> times_;  // [kind]
  uint64_t precharge_ps_, slot_ps_, burst_ps_;
  uint64_t read_to_write_, write_to_read_;  // bursts from one column to another
  TickRate bursts_, bank_slots_;
  SlotCalendar reads_;   // of the bus, with what writes close to reads
  SlotCalendar writes_;  // of the bus
  std::vector<Bank> banks_;
  uint64_t read_queue_;     // bursts
  uint64_t last_read_ = 0;  // the latest slot of a read
};

}  // namespace weft::sim
