// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/front.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft::cli::sweep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Sweep sweep_of(std::vector<bool> maximize) {
  Sweep sweep;
  for (const bool most : maximize) sweep.objectives.push_back({"o", {}, most});
  return sweep;
}

std::vector<Outcome> outcomes_of(const std::vector<std::vector<double>>& objectives) {
  std::vector<Outcome> outcomes;
  for (const std::vector<double>& values : objectives) outcomes.push_back({{}, values, true});
  return outcomes;
}

TEST(Front, KeepsWhatNothingBeats) {
  const auto outcomes = outcomes_of({{4, 1}, {2, 2}, {3, 3}, {1, 4}, {2, 2}});
  const Front front = pareto_front(sweep_of({false, false}), outcomes);
  EXPECT_THAT(front.points, ElementsAre(3, 1, 4, 0)) << "equal ones are both kept";
  EXPECT_EQ(front.knee, 1U);
}

TEST(Front, SomeObjectivesAreToBeLarge) {
  const auto outcomes = outcomes_of({{1, 1}, {2, 5}, {3, 4}});
  EXPECT_THAT(pareto_front(sweep_of({false, true}), outcomes).points, ElementsAre(0, 1));
  EXPECT_EQ(best_of(sweep_of({false, true}), outcomes, 1), 1U);
}

TEST(Front, InfeasibleAndUndefinedPointsAreOffIt) {
  auto outcomes = outcomes_of({{1, 1}, {2, std::nan("")}, {3, 3}});
  outcomes[0].feasible = false;
  EXPECT_THAT(pareto_front(sweep_of({false, false}), outcomes).points, ElementsAre(2));
  EXPECT_EQ(best_of(sweep_of({false, false}), outcomes, 0), 1U);
  EXPECT_THAT(pareto_front(sweep_of({false, false}), {}).points, IsEmpty());
}

TEST(Front, TheKneeIsWhereTheCurveTurns) {
  // Hyperbola-like with a sharp turn at (2, 2).
  const auto outcomes = outcomes_of({{1, 100}, {1.9, 50}, {2, 2}, {50, 1.9}, {100, 1}});
  EXPECT_EQ(pareto_front(sweep_of({false, false}), outcomes).knee, 2U);
}

// The law: no point of the front is beaten by any point, and every other point is beaten by one of
// the front.
RC_GTEST_PROP(Front, SeparatesBeatenFromUnbeaten, ()) {
  const auto values = *rc::gen::container<std::vector<std::vector<int>>>(
      rc::gen::container<std::vector<int>>(3, rc::gen::inRange(0, 6)));
  std::vector<std::vector<double>> objectives;
  for (const auto& point : values) objectives.emplace_back(point.begin(), point.end());
  const Front front = pareto_front(sweep_of({false, false, false}), outcomes_of(objectives));
  const auto beats = [&](size_t a, size_t b) {
    bool better = false;
    for (size_t i = 0; i < 3; ++i) {
      if (objectives[a][i] > objectives[b][i]) return false;
      better = better || objectives[a][i] < objectives[b][i];
    }
    return better;
  };
  for (size_t point = 0; point < objectives.size(); ++point) {
    const bool on_front = std::ranges::count(front.points, point) == 1;
    const bool beaten =
        std::ranges::any_of(front.points, [&](size_t other) { return beats(other, point); });
    RC_ASSERT(on_front != beaten);
  }
}

}  // namespace
}  // namespace weft::cli::sweep
