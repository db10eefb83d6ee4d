// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "kernels/tensor/verify.h"

namespace weft::native {

/// How often a run is timed: at least so often, until so many seconds have passed or it was timed
/// so often. Short runs need many tries until one is not disturbed.
struct Repetitions {
  int least = 5;
  double least_s = 0.2;
  int most = 200;

  static Repetitions exactly(int count) { return {count, 0.0, count}; }
};

/// Seconds of repeated runs.
struct Timing {
  std::vector<double> times_s;  ///< in the order of running
  double best_s = 0;
  double median_s = 0;
};

/// Repeated, verified runs of one implementation on one target. A time covers the operation from
/// operands in the target's memory to the finished result; conversions, copies between memories,
/// freeing and verification are outside.
struct NativeRun : Timing {
  std::string implementation;  ///< "openblas"
  std::string version;         ///< of the library, with what it chose for this target
  std::string note;            ///< how the implementation differs from the others; may be empty
  tensor::VerifyReport verified;
};

/// The run with the least best_s among those that verified; a wrong one only where all are wrong.
/// Precondition: there is one.
template <class Run>
size_t fastest_of(const std::vector<Run>& runs) {
  const auto rank = [](const Run& run) { return std::pair(!run.verified.passed, run.best_s); };
  return static_cast<size_t>(std::ranges::min_element(runs, {}, rank) - runs.begin());
}

}  // namespace weft::native
