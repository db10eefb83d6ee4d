// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/sampler.h"

#include <cmath>

namespace weft::sim {

TimelineSampler::TimelineSampler(sc_core::sc_module_name name, Timeline& timeline)
    : sc_module(name), timeline_(timeline) {
  SC_HAS_PROCESS(TimelineSampler);
  SC_METHOD(sample);
  sensitive << begins_;
  dont_initialize();
}

void TimelineSampler::begin(double begin_s, double period_ps) {
  began_ = sc_core::sc_time_stamp();
  period_ps_ = period_ps;
  timeline_.begin_part(begin_s, period_ps * 1e-12);
  const double wait_ps = static_cast<double>(timeline_.interval_cycles()) * period_ps_;
  begins_.notify(sc_core::sc_time::from_value(static_cast<uint64_t>(wait_ps)));
}

void TimelineSampler::sample() {
  const auto now_ps = static_cast<double>((sc_core::sc_time_stamp() - began_).value());
  timeline_.sample(static_cast<uint64_t>(std::llround(now_ps / period_ps_)));
  // With nothing else to come, the run is over, or waits for what nobody will do.
  if (!sc_core::sc_pending_activity()) return;
  const double wait_ps = static_cast<double>(timeline_.interval_cycles()) * period_ps_;
  next_trigger(sc_core::sc_time::from_value(static_cast<uint64_t>(wait_ps)));
}

}  // namespace weft::sim
