// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "sim/gpu/sm_cause.h"

namespace weft::sim {

/// Where an SM's `cycles` went: the binding unit was busy for `busy` of the `used` cycles up to its
/// last CTA, after which it was idle; the rest is divided as its CTAs spent their time (`states`).
/// The causes add up to `cycles`.
SmCauseCycles causes_of_cycles(double cycles, double used, double busy,
                               const SmCauseCycles& states);

/// States of a place for a CTA, the time of each; idle where there is none.
inline constexpr size_t kSlotStates = 7;
inline constexpr std::array<std::string_view, kSlotStates> kSlotStateNames = {
    "busy", "pipeline", "memory", "store", "launch", "turn", "idle"};
using SlotCycles = std::array<double, kSlotStates>;

/// Where `until` cycles of a place went that held CTAs for `resident` of them: as `spent`, and what
/// is left of their residence waiting for a turn on pipes that other CTAs used.
SlotCycles slot_cycles(const SmCauseCycles& spent, double resident, double until);

}  // namespace weft::sim
