// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "base/random.h"
#include "mapper/search/frontier.h"

namespace weft::mapper {

/// A point that meets every constraint: one decision after the other at random among the values
/// that leave something possible, from the start again where nothing does. Nothing where many
/// starts fail.
std::optional<Point> random_point(const Mapspace& space, const Bounds& bounds,
                                  base::Xoshiro256& random);

/// At most `count` different programs of a space by random_point; fewer where it has no more.
/// Equal seeds give equal answers.
std::vector<Candidate> random_candidates(const Mapspace& space, const CostModel& model,
                                         size_t count, uint64_t seed);

}  // namespace weft::mapper
