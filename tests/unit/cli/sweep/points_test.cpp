// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/points.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft::cli::sweep {
namespace {

using testing::ElementsAre;

Axis axis(const std::string& name, std::vector<std::string> values) {
  return {name, std::move(values), std::nullopt, {}};
}

std::string text_of(const AxisValues& point) {
  std::string text;
  for (const auto& [name, value] : point) text += name + value + " ";
  return text;
}

std::vector<std::string> texts_of(const Sweep& sweep) {
  std::vector<std::string> texts;
  for (const AxisValues& point : choose_points(sweep)) texts.push_back(text_of(point));
  return texts;
}

TEST(Points, AGridCrossesAxesAndMovesZippedOnesTogether) {
  Sweep sweep;
  sweep.axes = {{axis("a", {"1", "2"})}, {axis("b", {"x", "y"}), axis("c", {"u", "v"})}};
  EXPECT_THAT(texts_of(sweep), ElementsAre("a1 bx cu ", "a1 by cv ", "a2 bx cu ", "a2 by cv "));
}

TEST(Points, AGridBeyondAMillionIsRefused) {
  Sweep sweep;
  const std::vector<std::string> many(1001, "1");
  sweep.axes = {{axis("a", many)}, {axis("b", many)}};
  EXPECT_THROW(choose_points(sweep), base::UserError);
}

TEST(Points, TheSameSeedDrawsTheSamePoints) {
  Sweep sweep;
  sweep.axes = {{axis("a", {"1", "2", "3"})}, {{"b", {}, Span{0, 1, false, false, {}}, {}}}};
  sweep.sample = {Sample::Method::Random, 20, 7};
  const std::vector<std::string> first = texts_of(sweep);
  EXPECT_EQ(first.size(), 20U);
  EXPECT_EQ(first, texts_of(sweep));
  sweep.sample.seed = 8;
  EXPECT_NE(first, texts_of(sweep));
}

// The law of a Latin hypercube: of as many strata as there are points, each is used once on every
// axis.
RC_GTEST_PROP(Points, LatinHypercubesUseEveryStratumOnce, ()) {
  const int64_t points = *rc::gen::inRange(1, 60);
  Sweep sweep;
  sweep.sample = {Sample::Method::LatinHypercube, points,
                  static_cast<uint64_t>(*rc::gen::inRange(0, 1000))};
  std::vector<std::string> strata;
  for (int64_t i = 0; i < points; ++i) strata.push_back(std::to_string(i));
  sweep.axes = {{axis("a", strata)}, {axis("b", strata), axis("c", strata)}};
  std::set<std::string> a, b;
  for (const AxisValues& point : choose_points(sweep)) {
    a.insert(point[0].second);
    b.insert(point[1].second);
    RC_ASSERT(point[1].second == point[2].second);
  }
  RC_ASSERT(a.size() == static_cast<size_t>(points));
  RC_ASSERT(b.size() == static_cast<size_t>(points));
}

}  // namespace
}  // namespace weft::cli::sweep
