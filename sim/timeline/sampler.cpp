// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/sampler.h"

#include <systemc>

namespace weft::sim {

void run_to_end(Timeline* timeline, double begin_s, double period_ps) {
  if (timeline == nullptr) return sc_core::sc_start();
  const sc_core::sc_time began = sc_core::sc_time_stamp();
  timeline->begin_part(begin_s, period_ps * 1e-12);
  uint64_t cycle = 0;
  do {
    cycle += timeline->interval_cycles();
    const auto until_ps = static_cast<uint64_t>(static_cast<double>(cycle) * period_ps);
    const sc_core::sc_time until = began + sc_core::sc_time::from_value(until_ps);
    if (until > sc_core::sc_time_stamp())
      sc_core::sc_start(until - sc_core::sc_time_stamp(), sc_core::SC_EXIT_ON_STARVATION);
    timeline->sample(cycle);
  } while (sc_core::sc_pending_activity());
}

}  // namespace weft::sim
