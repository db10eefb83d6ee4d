// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/anneal.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "mapper/search/sample.h"

namespace weft::mapper {

namespace {

constexpr uint64_t kWalks = 8;    // walks that share the steps
constexpr double kHottest = 0.5;  // a step that is e^0.5 worse is taken every third time
constexpr double kColdest = 0.005;

class Annealer {
 public:
  Annealer(const Mapspace& space, const Bounds& bounds, const AnnealOptions& options)
      : space_(space), bounds_(bounds), options_(options), random_(options.seed) {}

  std::vector<Candidate> run() {
    for (const Point& start : options_.starts) {
      if (!bounds_.broken(start, start.size())) descend(start);
    }
    for (uint64_t walk = 0; walk < kWalks; ++walk) {
      if (auto start = random_point(space_, bounds_, random_)) descend(std::move(*start));
    }
    std::vector<Candidate> candidates;
    for (const auto& [point, estimate_s] : met_) {
      candidates.push_back({point, bounds_.bound(point, point.size()), estimate_s});
    }
    std::ranges::stable_sort(candidates, {}, &Candidate::estimate_s);
    if (candidates.size() > options_.keep) candidates.resize(options_.keep);
    return candidates;
  }

 private:
  uint16_t random_value(size_t decision) {
    return static_cast<uint16_t>(random_.below(space_.decisions()[decision].values.size()));
  }

  void descend(Point point) {
    double now_s = note(point);
    const uint64_t steps = options_.steps / kWalks;
    for (uint64_t step = 0; step < steps && std::chrono::steady_clock::now() < options_.until;
         ++step) {
      const double cooled = static_cast<double>(step) / static_cast<double>(steps);
      const double heat = kHottest * std::pow(kColdest / kHottest, cooled);
      const size_t decision = random_.below(space_.decisions().size());
      const uint16_t before = point[decision];
      point[decision] = random_value(decision);
      const bool broken =
          point[decision] == before || bounds_.broken(point, point.size()).has_value();
      const double next_s = broken ? now_s : note(point);
      if (broken || random_.uniform() >= std::exp(std::log(now_s / next_s) / heat)) {
        point[decision] = before;
      } else {
        now_s = next_s;
      }
    }
  }

  double note(const Point& point) {
    const auto known = met_.find(point);
    if (known != met_.end()) return known->second;
    return met_.emplace(point, bounds_.estimate_s(point)).first->second;
  }

  const Mapspace& space_;
  const Bounds& bounds_;
  const AnnealOptions& options_;
  base::Xoshiro256 random_;
  std::map<Point, double> met_;  // estimate of every point met
};

}  // namespace

std::vector<Candidate> anneal(const Mapspace& space, const Bounds& bounds,
                              const AnnealOptions& options) {
  return Annealer(space, bounds, options).run();
}

}  // namespace weft::mapper
