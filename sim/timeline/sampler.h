// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <systemc>

#include "sim/timeline/timeline.h"

namespace weft::sim {

/// Takes the samples of a timeline: a process of its own beside those of the machine, which exists
/// only where a timeline is wanted.
class TimelineSampler : public sc_core::sc_module {
 public:
  TimelineSampler(sc_core::sc_module_name name, Timeline& timeline);

  /// A part of the run begins now, whose cycles last `period_ps`, at `begin_s` of the run.
  void begin(double begin_s, double period_ps);

 private:
  void sample();

  Timeline& timeline_;
  sc_core::sc_event begins_;
  sc_core::sc_time began_;
  double period_ps_ = 1000;
};

}  // namespace weft::sim
