// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/banked_rows.h"

#include <bit>

#include "base/error.h"
#include "sim/memory/bank_place.h"

namespace weft::sim {

bool BankedRows::suits(const DramConfig& config) {
  const DramTiming& t = config.timing;
  const DramOrganization& o = config.organization;
  const DramController& c = config.controller;
  const bool columns_follow = t.ccd_s <= t.bl && t.ccd_l <= t.bl && t.ccd_l_wr <= t.bl &&
                              t.wtr_s == t.wtr_l && o.command_bus == CommandBus::Shared;
  const bool activates_follow = t.faw == 0 && t.rrd_s == 0 && t.rrd_l == 0;
  return config.channels == 1 &&
         std::has_single_bit(static_cast<unsigned>(ChannelShape(o).banks)) && o.ranks == 1 &&
         o.pseudo_channels == 1 && columns_follow && activates_follow &&
         c.page_policy == PagePolicy::Closed && c.refresh == RefreshPolicy::None &&
         c.mapping == AddressMapping::RoBaRaCoCh;
}

BankedRows::BankedRows(const DramConfig& config)
    : bursts_(static_cast<double>(config.timing.bl * config.timing.tick_ps)),
      bank_slots_(static_cast<double>(config.timing.rc * config.timing.tick_ps) /
                  kSlotsPerRowCycle),
      reads_(1 << 14),
      writes_(1 << 14),
      banks_(static_cast<size_t>(ChannelShape(config.organization).banks)),
      read_queue_(static_cast<uint64_t>(config.controller.read_queue)) {
  WEFT_CHECK(suits(config), "memory with limits that its model does not know");
  const CommandDistances distances(config);
  const auto ps = [&](int64_t ticks) {
    return static_cast<uint64_t>(ticks) * static_cast<uint64_t>(config.timing.tick_ps);
  };
  slot_ps_ = ps(config.timing.rc) / kSlotsPerRowCycle;
  const std::array<int64_t, 2> row_cycle = {config.timing.rc, distances.write_row_cycle};
  for (const ColumnKind kind : {ColumnRead, ColumnWrite}) {
    times_[kind] = {.activate_to_column_ps = ps(distances.activate_to_column[kind]),
                    .column_to_precharge_ps = ps(distances.column_to_precharge[kind]),
                    .data_ps = ps(distances.data[kind]),
                    .slots = (ps(row_cycle[kind]) + slot_ps_ / 2) / slot_ps_};
  }
  precharge_ps_ = ps(distances.precharge_to_activate);
  burst_ps_ = ps(config.timing.bl);
  const int64_t burst = config.timing.bl;
  read_to_write_ = static_cast<uint64_t>((distances.read_to_write + burst - 1) / burst);
  write_to_read_ = static_cast<uint64_t>((distances.write_to_read + burst - 1) / burst);
}

}  // namespace weft::sim
