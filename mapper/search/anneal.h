// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/search/frontier.h"

namespace weft::mapper {

/// How long annealing goes on, and what it keeps.
struct AnnealOptions {
  uint64_t seed = 1;
  uint64_t steps = 200'000;
  size_t keep = 4000;  // candidates at most
  HostTime until = HostTime::max();
  std::vector<Point> starts = {};  // of walks of their own, beside those from random points
};

/// Simulated annealing over the estimates, for spaces that are too large to list: each step changes
/// one decision, and is taken back the more surely the worse it is and the later it comes
/// (Kirkpatrick, Gelatt, Vecchi, Optimization by simulated annealing, Science 1983). Answers the
/// best candidates met, the least estimate first; none where no start that meets the constraints
/// was found. Equal seeds give equal answers.
std::vector<Candidate> anneal(const Mapspace& space, const Bounds& bounds,
                              const AnnealOptions& options);

}  // namespace weft::mapper
