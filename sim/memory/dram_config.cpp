// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/dram_config.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/memory/dram_timing.h"

namespace weft::sim {

double DramConfig::peak_gb_s() const {
  const int64_t bytes = int64_t{channels} * organization.pseudo_channels * organization.burst_bytes;
  return static_cast<double>(bytes) / static_cast<double>(timing.bl * timing.tick_ps) * 1000;
}

double DramConfig::unloaded_read_ns() const {
  const CommandDistances distances(*this);
  const int64_t ticks = distances.activate_to_column[ColumnRead] + distances.data[ColumnRead];
  return controller.front_ns + static_cast<double>(ticks * timing.tick_ps) / 1000 +
         controller.back_ns;
}

DramConfig with_bandwidth_and_latency(const DramConfig& config, double gb_s, double latency_ns) {
  DramConfig scaled = config;
  DramTiming& t = scaled.timing;
  const double tick_ps = config.timing.tick_ps * config.peak_gb_s() / gb_s;
  t.tick_ps = std::max(1, static_cast<int>(std::lround(tick_ps)));
  const auto keep_time = [&](int& ticks) {
    ticks = static_cast<int>(
        std::lround(static_cast<double>(ticks) * config.timing.tick_ps / t.tick_ps));
  };
  for (int* ticks : {&t.cl, &t.cwl, &t.rcd_rd, &t.rcd_wr, &t.rp, &t.ras, &t.rc, &t.rtp, &t.wr,
                     &t.faw, &t.wtr_s, &t.wtr_l, &t.rtw, &t.rfc, &t.refi}) {
    keep_time(*ticks);
  }
  t.rc = std::max({1, t.rc, t.ras + t.rp});
  scaled.controller.back_ns = 0;
  scaled.controller.back_ns = latency_ns - scaled.unloaded_read_ns();
  if (scaled.controller.back_ns < 0) {
    throw base::UserError(fmt::format(
        "{}: expected an unloaded latency of at least {:.1f} ns (its timings), found {:.1f} ns",
        config.name, scaled.unloaded_read_ns() - scaled.controller.back_ns, latency_ns));
  }
  return scaled;
}

}  // namespace weft::sim
