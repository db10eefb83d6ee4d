// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/row_scheduler.h"

#include <algorithm>

namespace weft::sim {

RowScheduler::RowScheduler(const DramConfig& config)
    : distances_(config),
      row_cycle_(config.timing.rc),
      bus_slot_(config.timing.ccd_s),
      precharge_(config.timing.rp),
      close_at_once_(config.controller.page_policy == PagePolicy::Closed),
      refresh_(config, ChannelShape(config.organization).scopes),
      columns_(config),
      activates_(config),
      banks_(static_cast<size_t>(ChannelShape(config.organization).banks)) {}

RowScheduler::Served RowScheduler::serve(ColumnKind kind, int64_t arrival, const BankPlace& at) {
  const int64_t from = refresh_.skip(at.scope, arrival);
  Served served{};
  if (join(kind, from, at, served)) return served;
  return open(kind, arrival, from, at);
}

bool RowScheduler::join(ColumnKind kind, int64_t from, const BankPlace& at, Served& served) {
  BankCalendar& bank = banks_[static_cast<size_t>(at.bank)];
  for (int i = bank.size() - 1; i >= 0; --i) {
    RowSession& session = bank[i];
    if (std::min(session.closed, session.expires) <= from) return false;
    if (session.row != at.row) continue;
    const int64_t open_at = std::max(from, session.activated + distances_.activate_to_column[kind]);
    // Once sessions have moved, commands stand in the calendars up to `stale` ticks from where they
    // belong. This one takes its turn in the session instead, and may miss the precharge by the
    // slot of the bus that such a command seems to occupy.
    const int64_t in_turn = session.last_column + distances_.same_group[kind];
    const int64_t stale = session.delay + bank.last().last_column - session.last_column;
    const ColumnCalendar::Found column =
        stale == 0 ? columns_.find(kind, open_at, at)
                   : columns_.find_delayed(kind, std::max(open_at, in_turn), at, stale);
    const int64_t slack = stale == 0 ? 0 : bus_slot_;
    if (column.tick >= session.closed + slack || column.tick >= session.expires) continue;
    columns_.book(kind, column, at);
    session.last_column = std::max(session.last_column, column.tick);
    session.closable =
        std::max(session.closable, column.tick + distances_.column_to_precharge[kind]);
    if (session.closed < session.closable) {
      bank.delay_after(i, session.closable - session.closed);
      session.closed = session.closable;
    }
    refresh_.must_close_after(at.scope, session.expires, session.closable);
    served = {column.tick, column.tick + distances_.data[kind], true};
    return true;
  }
  return false;
}

/// Books the precharge that ends `before`, unless a refresh does. Returns when the bank can be
/// activated again.
int64_t RowScheduler::close(RowSession& before, int64_t from) const {
  if (before.expires <= from) return from;
  const int64_t precharge = std::min(before.closed, std::max(from, before.closable));
  if (precharge >= before.expires) return before.expires;
  before.closed = precharge;
  return std::max(
      {from, precharge + distances_.precharge_to_activate, before.activated + row_cycle_});
}

/// The index of the first session that was opened for a younger access and leaves room before it;
/// else the end.
int RowScheduler::gap_before_younger(BankCalendar& bank, int64_t arrival, int64_t from) const {
  int index = bank.size();
  for (int i = bank.size() - 1; i >= 0 && bank[i].arrival > arrival; --i) {
    const int64_t closed =
        i == 0 ? from : std::max(from, bank[i - 1].closable + distances_.precharge_to_activate);
    if (closed + row_cycle_ <= bank[i].activated) index = i;
  }
  return index;
}

RowScheduler::Served RowScheduler::open(ColumnKind kind, int64_t arrival, int64_t from,
                                        const BankPlace& at) {
  BankCalendar& bank = banks_[static_cast<size_t>(at.bank)];
  const int index = gap_before_younger(bank, arrival, from);
  RowSession session;
  session.row = at.row;
  session.arrival = arrival;
  session.activated =
      activates_.book(index > 0 ? close(bank[index - 1], from) : from, at, refresh_);
  session.expires = refresh_.next_start(session.activated);
  const auto column =
      columns_.find(kind, session.activated + distances_.activate_to_column[kind], at);
  columns_.book(kind, column, at);
  session.last_column = column.tick;
  session.closable = std::max(session.activated + distances_.activate_to_precharge,
                              column.tick + distances_.column_to_precharge[kind]);
  refresh_.must_close_after(at.scope, session.expires, session.closable);
  if (close_at_once_) session.closed = session.closable;
  if (index < bank.size()) {
    const int64_t last_precharge = bank[index].activated - distances_.precharge_to_activate;
    session.closed = std::max(session.closable, last_precharge);
  }
  bank.insert(index, session);
  return {session.activated, column.tick + distances_.data[kind], false};
}

int64_t RowScheduler::continue_run(int64_t count, const BankPlace& at, int64_t& done) {
  RowSession& session = banks_[static_cast<size_t>(at.bank)].last();
  const int64_t served = done - distances_.data[ColumnRead];
  const bool latest = session.row == at.row && session.last_column == served && session.delay == 0;
  if (!latest) return 0;
  const int64_t step = std::max<int64_t>(bus_slot_, distances_.same_group[ColumnRead]);
  // Every read puts the precharge off, so that a first one in time keeps the row open for the next.
  const bool keeps_open =
      step <= distances_.column_to_precharge[ColumnRead] && served + step < session.closed;
  const int64_t until = keeps_open ? session.expires : std::min(session.closed, session.expires);
  const int64_t booked = columns_.book_run(served, count, until, at);
  session.last_column += booked * step;
  session.closable =
      std::max(session.closable, session.last_column + distances_.column_to_precharge[ColumnRead]);
  if (session.closed < session.closable) session.closed = session.closable;
  refresh_.must_close_after(at.scope, session.expires, session.closable);
  done += booked * step;
  return booked;
}

int64_t RowScheduler::could_leave(int64_t from, const BankPlace& at) {
  BankCalendar& bank = banks_[static_cast<size_t>(at.bank)];
  if (bank.size() == 0) return from;
  const RowSession& last = bank.last();
  if (std::min(last.closed, last.expires) <= from) return from;
  if (last.row == at.row)
    return std::max(from, last.activated + distances_.activate_to_column[ColumnWrite]);
  return std::max(from, last.closable) + precharge_;
}

}  // namespace weft::sim
