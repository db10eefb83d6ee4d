// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/sampler.h"

#include <systemc>

namespace weft::sim {

void run_to_end(Timeline* timeline, double begin_s, double period_ps,
                const std::function<void()>& watch) {
  constexpr uint64_t kWatchCycles = 1 << 16;  // some milliseconds of a host
  if (timeline == nullptr && !watch) return sc_core::sc_start();
  const uint64_t began_ps = sc_core::sc_time_stamp().value();
  if (timeline != nullptr) timeline->begin_part(begin_s, period_ps * 1e-12);
  uint64_t cycle = 0;
  do {
    cycle += timeline != nullptr ? timeline->interval_cycles() : kWatchCycles;
    const auto until_ps = static_cast<uint64_t>(static_cast<double>(cycle) * period_ps);
    const sc_core::sc_time until = sc_core::sc_time::from_value(began_ps + until_ps);
    if (until > sc_core::sc_time_stamp())
      sc_core::sc_start(until - sc_core::sc_time_stamp(), sc_core::SC_EXIT_ON_STARVATION);
    if (timeline != nullptr) timeline->sample(cycle);
    if (watch) watch();
  } while (sc_core::sc_pending_activity());
}

}  // namespace weft::sim
