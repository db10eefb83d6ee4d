// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/activate_calendar.h"

#include <algorithm>

#include "sim/memory/remembered.h"

namespace weft::sim {

namespace {
constexpr int kBurstOfActivates = 4;
}

ActivateCalendar::ActivateCalendar(const DramConfig& config)
    : unlimited_(config.timing.faw == 0 && config.organization.command_bus == CommandBus::Shared),
      grid_(config.timing.command_grid),
      other_group_(config.timing.rrd_s),
      same_group_(config.timing.rrd_l) {
  const ChannelShape shape(config.organization);
  // A slot of four_activates quarter ticks is a quarter of the window.
  const CapacityCalendar window(std::max<int64_t>(1, CommandDistances(config).four_activates),
                                kBurstOfActivates, kRememberedTicks);
  window_.assign(static_cast<size_t>(shape.scopes), window);
  if (config.organization.command_bus == CommandBus::RowAndColumn) {
    const int64_t activate_and_precharge = on_grid(config.timing.act_cycles + 1);
    row_bus_.emplace(4 * activate_and_precharge, 1, kRememberedTicks);
  }
  last_in_scope_.assign(static_cast<size_t>(shape.scopes), kLongAgo);
  last_in_group_.assign(static_cast<size_t>(shape.groups), kLongAgo);
}

int64_t ActivateCalendar::book(int64_t from, const BankPlace& at, RefreshCalendar& refresh) {
  if (unlimited_) return on_grid(refresh.skip(at.scope, from));
  CapacityCalendar& window = window_[static_cast<size_t>(at.scope)];
  int64_t tick = on_grid(from);
  while (true) {
    const int64_t before = tick;
    tick = window.first_free(tick);
    if (row_bus_) tick = row_bus_->first_free(tick);
    tick = on_grid(refresh.skip(at.scope, tick));
    if (tick == before) break;
  }
  window.take(tick);
  if (row_bus_) row_bus_->take(tick);
  int64_t& in_scope = last_in_scope_[static_cast<size_t>(at.scope)];
  int64_t& in_group = last_in_group_[static_cast<size_t>(at.group)];
  if (tick >= in_scope) tick = std::max(tick, in_scope + other_group_);
  if (tick >= in_group) tick = std::max(tick, in_group + same_group_);
  return in_scope = in_group = on_grid(tick);
}

}  // namespace weft::sim
