// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/dram_timing.h"

#include <algorithm>

namespace weft::sim {

namespace {

constexpr int kActivatesPerWindow = 4;

int64_t four_activates_ticks(const DramConfig& config, int64_t activate_to_read) {
  const DramTiming& t = config.timing;
  int64_t window = t.faw;
  if (config.organization.command_bus == CommandBus::Shared) {
    for (int64_t i = 0; i < kActivatesPerWindow; ++i) {
      const int64_t read = i * t.rrd_s + activate_to_read;
      if (window >= read && window < read + t.column_cycles) window = read + t.column_cycles;
    }
  }
  return std::max(window, int64_t{kActivatesPerWindow} * t.rrd_s);
}

}  // namespace

CommandDistances::CommandDistances(const DramConfig& config) {
  const DramTiming& t = config.timing;
  const int activate_tail = t.act_cycles - 1, column_tail = t.column_cycles - 1;
  activate_to_column = {t.rcd_rd + activate_tail - column_tail,
                        t.rcd_wr + activate_tail - column_tail};
  column_to_precharge = {t.rtp + column_tail, t.cwl + t.bl + t.wr + column_tail};
  same_group = {t.ccd_l, t.ccd_l_wr};
  data = {t.cl + t.bl, t.cwl + t.bl};
  activate_to_precharge = t.ras + activate_tail;
  precharge_to_activate = t.rp - activate_tail;
  write_to_read = t.cwl + t.bl + t.wtr_s;
  write_to_read_same_group = t.cwl + t.bl + t.wtr_l;
  read_to_write = t.rtw;
  write_row_cycle = std::max<int64_t>(
      t.rc, activate_to_column[ColumnWrite] + column_to_precharge[ColumnWrite] + t.rp);
  four_activates = four_activates_ticks(config, activate_to_column[ColumnRead]);
}

}  // namespace weft::sim
