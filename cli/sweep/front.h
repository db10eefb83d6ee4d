// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "cli/sweep/outcome.h"

namespace weft::cli::sweep {

/// The feasible outcomes that no other one beats: at least as good in every objective and better in
/// one. Of equal ones all are kept. Sorted by the first objective, best first.
struct Front {
  std::vector<size_t> points;  // places in the outcomes
  /// Where giving up a little of one objective stops buying much of another: the point of the front
  /// that is nearest to having the best of everything, each objective scaled to the front's range
  /// (by its logarithm where all are positive). None where the front has fewer than three points.
  std::optional<size_t> knee;
};

/// The front of a sweep over its objectives.
Front pareto_front(const Sweep& sweep, const std::vector<Outcome>& outcomes);

/// The best feasible outcome of one objective; none where no outcome has a value.
std::optional<size_t> best_of(const Sweep& sweep, const std::vector<Outcome>& outcomes,
                              size_t objective);

}  // namespace weft::cli::sweep
