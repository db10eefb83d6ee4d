// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/sample.h"

#include <set>
#include <string>

namespace weft::mapper {

namespace {

constexpr int kStarts = 1000;
/// Draws for each program that is asked for: small spaces give the same one again.
constexpr size_t kDrawsPerProgram = 50;

/// One start of random_point.
std::optional<Point> dive(const Mapspace& space, const Bounds& bounds, base::Xoshiro256& random) {
  Point point;
  while (point.size() < space.decisions().size()) {
    const size_t values = space.decisions()[point.size()].values.size();
    const uint64_t begin = random.below(values);
    point.push_back(0);
    bool stuck = true;
    for (size_t turn = 0; stuck && turn < values; ++turn) {
      point.back() = static_cast<uint16_t>((begin + turn) % values);
      stuck = bounds.broken(point, point.size()).has_value();
    }
    if (stuck) return std::nullopt;
  }
  return point;
}

}  // namespace

std::optional<Point> random_point(const Mapspace& space, const Bounds& bounds,
                                  base::Xoshiro256& random) {
  for (int start = 0; start < kStarts; ++start) {
    if (auto point = dive(space, bounds, random)) return point;
  }
  return std::nullopt;
}

std::vector<Candidate> random_candidates(const Mapspace& space, const CostModel& model,
                                         size_t count, uint64_t seed) {
  const Bounds bounds(space, model);
  base::Xoshiro256 random(seed);
  std::set<Point> met;
  std::set<std::string> programs;
  std::vector<Candidate> candidates;
  for (size_t draw = 0; draw < kDrawsPerProgram * count && candidates.size() < count; ++draw) {
    const auto point = random_point(space, bounds, random);
    if (!point) break;
    if (!met.insert(*point).second) continue;
    if (model.program && !programs.insert(model.program(*point)).second) continue;
    candidates.push_back({*point, bounds.bound(*point, point->size()), bounds.estimate_s(*point)});
  }
  return candidates;
}

}  // namespace weft::mapper
