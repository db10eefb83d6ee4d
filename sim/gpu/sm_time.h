// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/gpu/sm_cause.h"

namespace weft::sim {

/// Where an SM's `cycles` went: the binding unit was busy for `busy` of the `used` cycles up to its
/// last CTA, after which it was idle; the rest is divided as its CTAs spent their time (`states`).
/// The causes add up to `cycles`.
SmCauseCycles causes_of_cycles(double cycles, double used, double busy,
                               const SmCauseCycles& states);

}  // namespace weft::sim
