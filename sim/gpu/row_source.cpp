// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/row_source.h"

#include <algorithm>

namespace weft::sim {

std::optional<RowSource::Place> RowSource::take(const SmRoom& room, uint64_t cycle) {
  for (size_t i = 0; i < next_.size(); ++i) {
    const RowLaunchPlan& launch = plan_.launches[i];
    if (left(i) && launch.ready_cycle <= cycle && room.fits(launch.need)) {
      return Place{i, next_[i]++};
    }
  }
  return std::nullopt;
}

std::optional<uint64_t> RowSource::ready_after(uint64_t cycle) const {
  std::optional<uint64_t> earliest;
  for (size_t i = 0; i < next_.size(); ++i) {
    const uint64_t ready = plan_.launches[i].ready_cycle;
    if (left(i) && ready > cycle) earliest = std::min(ready, earliest.value_or(ready));
  }
  return earliest;
}

}  // namespace weft::sim
