// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "sim/timeline/timeline.h"

namespace weft::sim {

/// Runs the machine until nothing is left to do. Where a `timeline` is wanted (not null) it begins
/// a part of it at `begin_s` of the run, whose cycles last `period_ps`, and samples it on the way.
///
/// `watch` is called every so many cycles, to tell how far the run is; may be empty.
///
/// Samples are taken while SystemC's kernel pauses. One more process would wake at the times of
/// others, whose order the kernel leaves open and one more event changes: looking would change what
/// is seen.
void run_to_end(Timeline* timeline, double begin_s, double period_ps,
                const std::function<void()>& watch = {});

}  // namespace weft::sim
