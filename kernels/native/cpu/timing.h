// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "kernels/native/native_run.h"

namespace weft::native {

/// Wall clock seconds that `action` takes.
double seconds_of(const std::function<void()>& action);

/// The threads that so many multiply-adds are worth: waking and joining one costs as much as some
/// hundred thousand.
int worthwhile_threads(double multiply_adds, int threads);

/// Times `run` after one unmeasured call; `discard` frees what it left, outside the measured time.
/// Precondition: at least one is asked for.
Timing time_runs(
    const Repetitions& repetitions, const std::function<void()>& run,
    const std::function<void()>& discard = [] {});

}  // namespace weft::native
