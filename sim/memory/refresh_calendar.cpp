// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/refresh_calendar.h"

#include <algorithm>

#include "base/error.h"

namespace weft::sim {

RefreshCalendar::RefreshCalendar(const DramConfig& config, int units)
    : interval_(config.controller.refresh == RefreshPolicy::AllBank ? config.timing.refi : 0),
      precharge_(config.timing.rp),
      duration_(config.timing.rfc - (config.timing.act_cycles - 1)) {
  WEFT_CHECK(units <= kMaxRefreshUnits, "too many refresh units in a channel");
  const DramTiming& t = config.timing;
  const int64_t last_close = t.rc + t.cwl + t.bl + t.wr + t.faw;
  longest_ = 2 * last_close + units * (precharge_ + 1) + duration_;
}

RefreshCalendar::Pause& RefreshCalendar::pause_at(int64_t start) {
  if (pauses_[newest_].start == start) return pauses_[newest_];
  const size_t index = static_cast<size_t>(start / interval_) % pauses_.size();
  if (pauses_[index].start != start) pauses_[index] = Pause{start, {}};
  newest_ = index;
  return pauses_[index];
}

int64_t RefreshCalendar::skip_pause(int unit, int64_t tick) {
  const int64_t start = start_before(tick);
  if (start == 0) return tick;
  const Pause& pause = pause_at(start);
  int64_t refresh = start;
  for (int u = 0; u <= unit; ++u) {
    const int64_t close = pause.close[static_cast<size_t>(u)];
    if (u > 0) ++refresh;
    if (close > 0) refresh = std::max(refresh, close) + precharge_;
  }
  return std::max(tick, refresh + duration_);
}

void RefreshCalendar::must_close_after(int unit, int64_t start, int64_t close) {
  if (interval_ == 0) return;
  int64_t& latest = pause_at(start).close[static_cast<size_t>(unit)];
  latest = std::max(latest, close);
}

}  // namespace weft::sim
