// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/column_calendar.h"

#include <algorithm>

#include "sim/memory/remembered.h"

namespace weft::sim {

ColumnCalendar::ColumnCalendar(const DramConfig& config)
    : distances_(config),
      groups_bind_(config.timing.ccd_l > config.timing.ccd_s ||
                   config.timing.ccd_l_wr > config.timing.ccd_s ||
                   config.timing.wtr_l > config.timing.wtr_s),
      grid_(config.timing.command_grid),
      column_cycles_(config.timing.column_cycles),
      same_rank_(config.timing.ccd_s),
      other_rank_(config.timing.ccd_r),
      burst_(config.timing.bl),
      ranks_(config.organization.ranks),
      last_command_(kLongAgo) {
  const DramTiming& t = config.timing;
  const ChannelShape shape(config.organization);
  const auto calendar = [](int64_t ticks) {
    return CapacityCalendar(4 * ticks, 1, kRememberedTicks);
  };
  const CapacityCalendar bus = calendar(t.ccd_s);
  rank_.assign(static_cast<size_t>(shape.ranks), Rank{{bus, bus}, bus});
  group_.assign(static_cast<size_t>(shape.groups),
                Group{{calendar(t.ccd_l), calendar(t.ccd_l_wr)}, kLongAgo});
  bus_.assign(static_cast<size_t>(shape.pseudo_channels), Bus{kLongAgo, 0, false});
}

int64_t ColumnCalendar::first_on_bus(ColumnKind kind, int64_t from, const BankPlace& at) {
  Rank& rank = rank_[static_cast<size_t>(at.rank)];
  int64_t tick = on_grid(from);
  if (kind == ColumnRead) {
    if (!bus_[static_cast<size_t>(at.pseudo_channel)].has_writes)
      return on_grid(rank.taken[ColumnRead].first_free(tick));
    while (true) {
      const int64_t not_read = on_grid(rank.taken[ColumnRead].first_free(tick));
      tick = on_grid(rank.closed_to_reads.first_free(not_read));
      if (tick == not_read) return tick;
    }
  }
  while (true) {
    tick = on_grid(rank.taken[ColumnWrite].first_free(tick));
    const int64_t read = rank.taken[ColumnRead].last_taken(tick - distances_.read_to_write + 1,
                                                           tick + distances_.write_to_read);
    if (read < 0) return tick;
    tick = std::max(tick + 1, read + distances_.read_to_write);
  }
}

ColumnCalendar::Found ColumnCalendar::find(ColumnKind kind, int64_t from, const BankPlace& at) {
  if (!groups_bind_) {
    const int64_t tick = first_on_bus(kind, from, at);
    return separate({tick, tick, tick, false}, at);
  }
  Group& group = group_[static_cast<size_t>(at.group)];
  bool by_group = false;
  int64_t tick = from;
  while (true) {
    const int64_t by_bus = first_on_bus(kind, tick, at);
    tick = group.taken[static_cast<size_t>(kind)].first_free(by_bus);
    const bool after_write = kind == ColumnRead && tick >= group.last_write;
    if (after_write) tick = std::max(tick, group.last_write + distances_.write_to_read_same_group);
    tick = on_grid(tick);
    if (tick == by_bus) break;
    by_group = true;
  }
  return separate({tick, tick, tick, by_group}, at);
}

ColumnCalendar::Found ColumnCalendar::find_delayed(ColumnKind kind, int64_t from,
                                                   const BankPlace& at, int64_t delay) {
  Group& group = group_[static_cast<size_t>(at.group)];
  const int64_t group_slot = group.taken[static_cast<size_t>(kind)].first_free(from);
  const int64_t tick = first_on_bus(kind, std::max(from, group_slot - delay), at);
  return separate({tick, tick, std::max(tick, group_slot), false}, at);
}

/// Keeps a command off the latest one before it, which slots alone do not.
ColumnCalendar::Found ColumnCalendar::separate(Found found, const BankPlace& at) const {
  const Bus& bus = bus_[static_cast<size_t>(at.pseudo_channel)];
  const int64_t gap = bus.last_rank == at.rank ? same_rank_ : other_rank_;
  int64_t tick = found.tick;
  if (tick >= bus.last_column) tick = std::max(tick, bus.last_column + gap);
  if (tick >= last_command_) tick = std::max(tick, last_command_ + column_cycles_);
  found.tick = on_grid(tick);
  return found;
}

/// Alternating between ranks costs bus time. A controller avoids that while one rank has enough to
/// do, so it is only charged where bank groups, not the bus, hold the ranks back.
void ColumnCalendar::charge_rank_switch(const Found& found, int rank) {
  if (!found.by_group) return;
  rank_switch_debt_ += other_rank_ - same_rank_;
  if (rank_switch_debt_ < same_rank_) return;
  rank_switch_debt_ -= same_rank_;
  rank_[static_cast<size_t>(rank)].taken[ColumnRead].take(found.bus_slot + same_rank_);
}

void ColumnCalendar::book(ColumnKind kind, const Found& found, const BankPlace& at) {
  const int first_rank = at.pseudo_channel * ranks_;
  Bus& bus = bus_[static_cast<size_t>(at.pseudo_channel)];
  Group& group = group_[static_cast<size_t>(at.group)];
  for (int r = first_rank; r < first_rank + ranks_; ++r) {
    Rank& rank = rank_[static_cast<size_t>(r)];
    rank.taken[static_cast<size_t>(kind)].take(found.bus_slot);
    if (kind == ColumnWrite) {
      rank.closed_to_reads.block(found.tick - distances_.read_to_write + 1,
                                 found.tick + distances_.write_to_read);
    } else if (r != at.rank) {
      charge_rank_switch(found, r);
    }
  }
  if (groups_bind_) group.taken[static_cast<size_t>(kind)].take(found.group_slot);
  if (kind == ColumnWrite) {
    group.last_write = std::max(group.last_write, found.tick);
    bus.has_writes = true;
  }
  bus.last_column = found.tick;
  bus.last_rank = at.rank;
  last_command_ = found.tick;
  busy_ticks_ += burst_;
}

int64_t ColumnCalendar::book_run(int64_t tick, int64_t count, int64_t until, const BankPlace& at) {
  Bus& bus = bus_[static_cast<size_t>(at.pseudo_channel)];
  if (ranks_ > 1 || bus.has_writes) return 0;
  CapacityCalendar& on_bus = rank_[static_cast<size_t>(at.rank)].taken[ColumnRead];
  CapacityCalendar& in_group = group_[static_cast<size_t>(at.group)].taken[ColumnRead];
  const int64_t step = std::max(same_rank_, distances_.same_group[ColumnRead]);
  int64_t booked = 0;
  for (; booked < count; ++booked) {
    const int64_t next = tick + step;
    if (next >= until || !on_bus.take_if_free(next)) break;
    if (groups_bind_) in_group.take(next);
    tick = next;
  }
  bus.last_column = std::max(bus.last_column, tick);
  bus.last_rank = at.rank;
  last_command_ = std::max(last_command_, tick);
  busy_ticks_ += booked * burst_;
  return booked;
}

}  // namespace weft::sim
