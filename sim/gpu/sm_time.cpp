// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/sm_time.h"

#include <algorithm>

namespace weft::sim {

SmCauseCycles causes_of_cycles(double cycles, double used, double busy,
                               const SmCauseCycles& states) {
  SmCauseCycles causes{};
  causes[static_cast<size_t>(SmCause::Idle)] = cycles - used;
  causes[static_cast<size_t>(SmCause::Busy)] = std::min(busy, used);
  const double rest = used - causes[static_cast<size_t>(SmCause::Busy)];
  double all = 0;
  for (double state : states) all += state;
  for (size_t i = 0; i < kSmCauses; ++i) {
    if (all > 0) causes[i] += rest * states[i] / all;
  }
  if (all <= 0) causes[static_cast<size_t>(SmCause::Pipeline)] += rest;
  return causes;
}

SlotCycles slot_cycles(const SmCauseCycles& spent, double resident, double until) {
  SlotCycles slot{};
  double known = 0;
  for (size_t i = 0; i < static_cast<size_t>(SmCause::Idle); ++i) known += slot[i] = spent[i];
  slot[kSlotStates - 2] = std::max(0.0, resident - known);
  slot[kSlotStates - 1] = std::max(0.0, until - std::max(resident, known));
  return slot;
}

}  // namespace weft::sim
