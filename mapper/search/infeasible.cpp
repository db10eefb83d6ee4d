// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/infeasible.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace weft::mapper {

namespace {

constexpr double kMostPoints = 20'000;

/// The point at a place of the enumeration.
Point point_at(const Mapspace& space, double place) {
  Point point = space.first();
  for (size_t i = point.size(); i-- > 0;) {
    const auto values = static_cast<double>(space.decisions()[i].values.size());
    point[i] = static_cast<uint16_t>(std::fmod(place, values));
    place = std::floor(place / values);
  }
  return point;
}

}  // namespace

NearMiss nearest_miss(const Mapspace& space, const CostModel& model) {
  const size_t constraints = model.constraints.size();
  NearMiss nearest;
  std::pair<size_t, double> least = {constraints + 1, 0};  // unmet constraints, excess
  const double step = std::max(1.0, space.size() / kMostPoints);
  const auto points = static_cast<uint64_t>(std::ceil(space.size() / step));
  for (uint64_t i = 0; i < points; ++i) {
    const Point point = point_at(space, std::floor(static_cast<double>(i) * step));
    for (size_t met = 0; met <= constraints; ++met) {
      const std::string reason =
          met < constraints ? model.constraints[met].broken(point) : std::string();
      if (met < constraints && reason.empty()) continue;
      const bool measured = met < constraints && model.constraints[met].excess;
      const std::pair distance = {constraints - met,
                                  measured ? model.constraints[met].excess(point) : 0.0};
      if (distance < least) {
        least = distance;
        nearest = {point, met < constraints ? model.constraints[met].name : "", reason};
      }
      break;
    }
  }
  return nearest;
}

}  // namespace weft::mapper
