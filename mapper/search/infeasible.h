// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "mapper/search/cost_model.h"

namespace weft::mapper {

/// The point of a space that comes nearest to meeting its constraints: it meets the longest run of
/// them, and exceeds the next one the least.
struct NearMiss {
  Point point;
  std::string constraint;  // the first that it does not meet; empty where it meets all
  std::string reason;      // with the cheapest way out, where one is known
};

/// Looks for the near miss among all points, or evenly among a few thousand of them.
NearMiss nearest_miss(const Mapspace& space, const CostModel& model);

}  // namespace weft::mapper
