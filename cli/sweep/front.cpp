// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/front.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft::cli::sweep {

namespace {

/// The objectives of an outcome such that less is better.
std::vector<double> costs_of(const Sweep& sweep, const Outcome& outcome) {
  std::vector<double> costs = outcome.objectives;
  for (size_t i = 0; i < costs.size(); ++i) {
    if (sweep.objectives[i].maximize) costs[i] = -costs[i];
  }
  return costs;
}

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

/// Distances of the points to the best of everything, squared.
std::vector<double> distances(const std::vector<std::vector<double>>& costs) {
  std::vector<double> distance(costs.size(), 0.0);
  for (size_t objective = 0; objective < costs.front().size(); ++objective) {
    std::vector<double> scaled;
    scaled.reserve(costs.size());
    for (const std::vector<double>& point : costs) scaled.push_back(point[objective]);
    // Of one sign they are compared by ratio; what is to be maximised is negative throughout.
    const bool positive = std::ranges::all_of(scaled, [](double cost) { return cost > 0; });
    const bool negative = std::ranges::all_of(scaled, [](double cost) { return cost < 0; });
    for (double& cost : scaled) {
      if (positive) cost = std::log(cost);
      if (negative) cost = -std::log(-cost);
    }
    const auto [least, most] = std::ranges::minmax(scaled);
    if (!(most > least)) continue;
    for (size_t i = 0; i < scaled.size(); ++i)
      distance[i] += std::pow((scaled[i] - least) / (most - least), 2);
  }
  return distance;
}

}  // namespace

Front pareto_front(const Sweep& sweep, const std::vector<Outcome>& outcomes) {
  std::vector<size_t> candidates;
  std::vector<std::vector<double>> costs(outcomes.size());
  for (size_t i = 0; i < outcomes.size(); ++i) {
    costs[i] = costs_of(sweep, outcomes[i]);
    const bool defined =
        std::ranges::none_of(costs[i], [](double cost) { return std::isnan(cost); });
    if (defined && outcomes[i].feasible) candidates.push_back(i);
  }
  // In this order a point can only be beaten by one before it.
  std::ranges::sort(candidates, [&](size_t a, size_t b) {
    return costs[a] != costs[b] ? costs[a] < costs[b] : a < b;
  });
  Front front;
  for (const size_t candidate : candidates) {
    const bool beaten = std::ranges::any_of(
        front.points, [&](size_t other) { return dominates(costs[other], costs[candidate]); });
    if (!beaten) front.points.push_back(candidate);
  }
  constexpr size_t kFewest = 3;
  if (front.points.size() >= kFewest && sweep.objectives.size() > 1) {
    std::vector<std::vector<double>> of_front;
    for (const size_t point : front.points) of_front.push_back(costs[point]);
    const std::vector<double> distance = distances(of_front);
    const auto nearest = std::ranges::min_element(distance) - distance.begin();
    front.knee = front.points[static_cast<size_t>(nearest)];
  }
  return front;
}

std::optional<size_t> best_of(const Sweep& sweep, const std::vector<Outcome>& outcomes,
                              size_t objective) {
  std::optional<size_t> best;
  double least = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const double cost = costs_of(sweep, outcomes[i])[objective];
    if (!outcomes[i].feasible || !(cost < least)) continue;
    best = i;
    least = cost;
  }
  return best;
}

}  // namespace weft::cli::sweep
