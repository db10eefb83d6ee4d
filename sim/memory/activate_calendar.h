// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/memory/bank_place.h"
#include "sim/memory/capacity_calendar.h"
#include "sim/memory/dram_timing.h"
#include "sim/memory/refresh_calendar.h"

namespace weft::sim {

/// When the activates of a channel are issued. Each activation scope has a slot per quarter of its
/// four-activate window; a row-command bus shared by the pseudo-channels has one per activate and
/// precharge. On a bus shared by all commands row commands do not bind but for what
/// CommandDistances::four_activates says.
class ActivateCalendar {
 public:
  explicit ActivateCalendar(const DramConfig& config);

  /// Books the earliest activate at or after `from` outside refreshes and returns its tick.
  int64_t book(int64_t from, const BankPlace& at, RefreshCalendar& refresh);

 private:
  int64_t on_grid(int64_t tick) const { return (tick + grid_ - 1) & ~(grid_ - 1); }

  bool unlimited_;  // by anything but refresh
  int64_t grid_, other_group_, same_group_;
  std::vector<CapacityCalendar> window_;  // [scope]
  std::optional<CapacityCalendar> row_bus_;
  std::vector<int64_t> last_in_scope_;  // [scope]
  std::vector<int64_t> last_in_group_;  // [group]
};

}  // namespace weft::sim
