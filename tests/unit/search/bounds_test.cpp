// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/bounds.h"

#include <cmath>

#include <gtest/gtest.h>

#include "mapper/search/surrogate.h"
#include "tests/unit/search/spaces.h"

namespace weft::tests {
namespace {

using mapper::Bounds;
using mapper::CostModel;
using mapper::Mapspace;
using mapper::Point;

/// Two floors and a constraint over the toy's decisions 0, 1 and 2.
CostModel toy_model() {
  CostModel model;
  model.floors = {
      {"first", {{{0, 2}, [](const Point& point) { return 10.0 - point[0] * point[2]; }}}},
      {"second",
       {{{1}, [](const Point& point) { return 2.0 * point[1]; }},
        {{2}, [](const Point& point) { return 1.0 * point[2]; }}}}};
  model.constraints = {{"odd", {0, 1}, [](const Point& point) {
                          return (point[0] + point[1]) % 2 == 0 ? std::string() : "odd";
                        }}};
  return model;
}

/// The least bound of the points that begin so, by looking at each.
double least_bound(const Mapspace& space, const Bounds& bounds, const Point& begin, size_t depth) {
  double least = std::numeric_limits<double>::infinity();
  Point point = space.first();
  do {
    if (!std::equal(point.begin(), point.begin() + static_cast<ptrdiff_t>(depth), begin.begin()))
      continue;
    if (!bounds.broken(point, point.size()))
      least = std::min(least, bounds.bound(point, point.size()).seconds);
  } while (space.advance(point));
  return least;
}

TEST(Bounds, AreNoMoreThanTheLeastOfWhatMayFollow) {
  const Mapspace space = toy_space();
  const CostModel model = toy_model();
  const Bounds bounds(space, model);
  Point point = space.first();
  do {
    double before = 0;
    for (size_t depth = 0; depth <= point.size(); ++depth) {
      const double bound = bounds.bound(point, depth).seconds;
      EXPECT_LE(bound, least_bound(space, bounds, point, depth));
      EXPECT_GE(bound, before) << "one more decision lowers the bound";
      before = bound;
    }
  } while (space.advance(point));
}

TEST(Bounds, NameTheFloorThatBinds) {
  const Mapspace space = toy_space();
  const CostModel model = toy_model();
  const Bounds bounds(space, model);
  const Point point = {2, 2, 3, 0};
  EXPECT_EQ(bounds.bound(point, 4).floor, 1u);
  EXPECT_EQ(bounds.bound(point, 4).seconds, 7);
  EXPECT_EQ(bounds.floors(point, 4), (std::vector<double>{4, 7}));
  EXPECT_EQ(bounds.floors(point, 0), (std::vector<double>{4, 0}));
}

TEST(Bounds, RuleOutABeginningOnlyWhereNothingFollows) {
  const Mapspace space = toy_space();
  const CostModel model = toy_model();
  const Bounds bounds(space, model);
  const Point odd = {1, 2, 0, 0};
  EXPECT_FALSE(bounds.broken(odd, 1).has_value());
  EXPECT_EQ(bounds.broken(odd, 2), std::optional<size_t>(0));
}

TEST(Bounds, EstimateCrowdsTheFloorsWhereTheModelGivesNone) {
  const Mapspace space = toy_space();
  CostModel model;
  for (const char* name : {"a", "b"}) {
    model.floors.push_back({name, {{{}, [](const Point&) { return 1.0; }}}});
  }
  EXPECT_DOUBLE_EQ(Bounds(space, model).estimate_s(space.first()), std::pow(2, 0.25));
  model.estimate = {{{}, [](const Point&) { return 5.0; }}};
  EXPECT_EQ(Bounds(space, model).estimate_s(space.first()), 5);
}

TEST(Surrogate, LearnsWhatADecisionCosts) {
  mapper::Surrogate surrogate;
  EXPECT_EQ(surrogate.predict({0, 0, 0}).mean, 0);
  for (uint16_t a = 0; a < 2; ++a) {
    for (uint16_t b = 0; b < 3; ++b) surrogate.observe({a, b, 0}, a == 0 ? 0.1 : 0.9);
  }
  EXPECT_NEAR(surrogate.predict({0, 1, 0}).mean, 0.1, 0.02);
  EXPECT_NEAR(surrogate.predict({1, 1, 0}).mean, 0.9, 0.02);
  EXPECT_LT(surrogate.predict({0, 3, 0}).mean, surrogate.predict({1, 3, 0}).mean);
  EXPECT_LT(surrogate.predict({0, 1, 0}).deviation, surrogate.predict({0, 3, 1}).deviation);
}

TEST(Surrogate, ForgetsWhatItOnlyExpected) {
  mapper::Surrogate surrogate;
  surrogate.observe({0, 0}, 0.5);
  const double open = surrogate.predict({1, 1}).deviation;
  surrogate.expect({1, 1});
  EXPECT_LT(surrogate.predict({1, 1}).deviation, open / 2);
  surrogate.forget_expected();
  EXPECT_DOUBLE_EQ(surrogate.predict({1, 1}).deviation, open);
}

}  // namespace
}  // namespace weft::tests
