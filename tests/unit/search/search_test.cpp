// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/search.h"

#include <cmath>
#include <numeric>
#include <set>

#include <gmock/gmock.h>

#include "mapper/search/infeasible.h"
#include "mapper/search/sample.h"
#include "tests/unit/search/spaces.h"

namespace weft::tests {
namespace {

using mapper::CostModel;
using mapper::Mapspace;
using mapper::Point;
using mapper::SearchResult;

// Decisions of the toy: 0 buffers, 1 m0, 2 n0, 3 par, of which par changes nothing.
double number(const Mapspace& space, const Point& point, size_t decision) {
  return std::stod(space.value(point, decision));
}

/// Work falls with the tile, fetching with the buffers; the time is their sum.
double work_s(double m0, double n0) {
  return 48 / (m0 * n0);
}
double time_of(const ir::Kernel& mapping) {
  return work_s(tile_of(mapping, "m0"), tile_of(mapping, "n0")) + 3 / buffers_of(mapping);
}

CostModel model_of(const Mapspace& space, double tightness) {
  CostModel model;
  model.floors = {{"work",
                   {{{1, 2},
                     [&space, tightness](const Point& point) {
                       return tightness * work_s(number(space, point, 1), number(space, point, 2));
                     }},
                    {{0}, [&space, tightness](const Point& point) {
                       return tightness * 3 / number(space, point, 0);
                     }}}}};
  model.constraints = {
      {"fit",
       {0, 1},
       [&space](const Point& point) {
         const double bytes = number(space, point, 0) * number(space, point, 1);
         return bytes <= 8 ? std::string() : std::string("too large");
       },
       [&space](const Point& point) { return number(space, point, 0) * number(space, point, 1); }}};
  return model;
}

mapper::SearchOptions budget_of(size_t simulations) {
  mapper::SearchOptions options;
  options.budget.simulations = simulations;
  return options;
}
mapper::SearchOptions exhaustive() {
  mapper::SearchOptions options;
  options.exhaustive = true;
  return options;
}

constexpr double kBest = 48.0 / 32 + 1.5;  // two buffers of four rows, eight columns

TEST(Search, ProvesTheBestWithTightBounds) {
  const Mapspace space = toy_space();
  const CostModel model = model_of(space, 1);
  FormulaEvaluator evaluator(time_of);
  const SearchResult result = search(space, model, evaluator, {});
  EXPECT_TRUE(result.proved);
  EXPECT_DOUBLE_EQ(result.ranked.front().time_s, kBest);
  EXPECT_DOUBLE_EQ(result.bound_s, kBest);
  EXPECT_LE(evaluator.asked, 3u);
}

TEST(Search, SimulatesTheGivenMappingsFirst) {
  const Mapspace space = toy_space();
  const CostModel model = model_of(space, 0.1);
  FormulaEvaluator evaluator(time_of);
  mapper::SearchOptions options = budget_of(1);
  options.first = {{0, 0, 0, 0}};
  const SearchResult result = search(space, model, evaluator, options);
  ASSERT_EQ(result.ranked.size(), 1u);
  EXPECT_EQ(result.ranked.front().candidate.point, options.first.front());
}

TEST(Sample, DrawsDifferentMappingsThatMeetTheConstraints) {
  const Mapspace space = toy_space();
  const CostModel model = model_of(space, 1);
  const auto candidates = random_candidates(space, model, 20, 7);
  ASSERT_EQ(candidates.size(), 20u);
  std::set<Point> points;
  for (const mapper::Candidate& candidate : candidates) {
    EXPECT_EQ(model.constraints.front().broken(candidate.point), "");
    EXPECT_TRUE(points.insert(candidate.point).second);
  }
  EXPECT_LT(random_candidates(space, model, 1000, 7).size(), 96u);
}

TEST(Search, NeverPrintsAGapBelowTheTrueOne) {
  const Mapspace space = toy_space();
  for (const double tightness : {0.1, 0.5, 0.9, 1.0}) {
    const CostModel model = model_of(space, tightness);
    for (const size_t budget : {1u, 2u, 5u}) {
      FormulaEvaluator evaluator(time_of);
      const SearchResult result = search(space, model, evaluator, budget_of(budget));
      const double printed = result.ranked.front().time_s / result.bound_s;
      EXPECT_GE(printed, result.ranked.front().time_s / kBest);
      EXPECT_LE(result.simulations, budget);
    }
  }
}

TEST(Search, CountsEveryPointOnceAsRuledOutOrReached) {
  const Mapspace space = toy_space();
  const CostModel model = model_of(space, 1);
  FormulaEvaluator evaluator(time_of);
  const SearchResult result = search(space, model, evaluator, exhaustive());
  EXPECT_EQ(result.rejected.at("fit") + static_cast<double>(result.simulations), space.size());
  EXPECT_EQ(result.rejected.at("fit"), 8 * (1 + 2));  // 2 x 6, 3 x 4, 3 x 6
}

TEST(Search, FindsTheBestWithoutBounds) {
  const Mapspace space = toy_space();
  const CostModel nothing;
  FormulaEvaluator evaluator(time_of);
  const SearchResult result = search(space, nothing, evaluator, budget_of(24));
  EXPECT_FALSE(result.proved);
  EXPECT_EQ(result.bound_s, 0);
  EXPECT_LT(result.ranked.front().time_s, 1.1 * (48.0 / 48 + 1));
}

TEST(Search, SimulatesAProgramOnce) {
  const Mapspace space = toy_space();
  CostModel model = model_of(space, 0.1);
  model.program = [](const Point& point) {
    return std::to_string(point[0]) + std::to_string(point[1]) + std::to_string(point[2]);
  };
  FormulaEvaluator evaluator(time_of);
  search(space, model, evaluator, exhaustive());
  EXPECT_EQ(evaluator.asked, (96 - 24) / 2);
}

TEST(Search, RepeatsItselfExactly) {
  const Mapspace space = toy_space();
  const CostModel model = model_of(space, 0.3);
  const auto order = [&] {
    FormulaEvaluator evaluator(time_of);
    std::vector<Point> points;
    for (const mapper::Ranked& each : search(space, model, evaluator, budget_of(12)).ranked)
      points.push_back(each.candidate.point);
    return points;
  };
  EXPECT_EQ(order(), order());
}

TEST(Search, KeepsTheBestSoFarWhenInterrupted) {
  const Mapspace space = toy_space();
  const CostModel model = model_of(space, 0.3);
  FormulaEvaluator evaluator(time_of);
  evaluator.stop_after = 3;
  const SearchResult result = search(space, model, evaluator, exhaustive());
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.simulations, 3u);
  EXPECT_FALSE(result.proved);
  EXPECT_LE(result.bound_s, kBest);
}

TEST(Search, CountsWhatTheCompilerRefuses) {
  const Mapspace space = toy_space();
  const CostModel model = model_of(space, 1);
  FormulaEvaluator evaluator([](const ir::Kernel& mapping) {
    return tile_of(mapping, "n0") == 8 ? -1 : time_of(mapping);
  });
  const SearchResult result = search(space, model, evaluator, exhaustive());
  EXPECT_EQ(result.rejected.at("refused by the compiler"), (96 - 24) / 4);
  EXPECT_EQ(result.reasons.at("refused by the compiler"), "refused");
}

TEST(Search, SamplesASpaceThatIsTooLargeToList) {
  const Mapspace space = toy_space();
  const CostModel model = model_of(space, 0.5);
  FormulaEvaluator evaluator(time_of);
  mapper::SearchOptions few = budget_of(4);
  few.most_bounds = 5;
  const SearchResult result = search(space, model, evaluator, few);
  EXPECT_DOUBLE_EQ(result.ranked.front().time_s, kBest);
  EXPECT_FALSE(result.proved);
  EXPECT_LE(result.bound_s, kBest);
  mapper::SearchOptions too_large = exhaustive();
  too_large.most_bounds = 5;
  EXPECT_THROW(search(space, model, evaluator, too_large), base::UserError);
}

TEST(Infeasible, NamesTheNearestMiss) {
  const Mapspace space = toy_space();
  CostModel model = model_of(space, 1);
  model.constraints.front().broken = [](const Point&) { return std::string("too large"); };
  FormulaEvaluator evaluator(time_of);
  EXPECT_TRUE(search(space, model, evaluator, {}).ranked.empty());
  const mapper::NearMiss miss = nearest_miss(space, model);
  EXPECT_EQ(miss.constraint, "fit");
  EXPECT_EQ(miss.reason, "too large");
  EXPECT_EQ(number(space, miss.point, 0) * number(space, miss.point, 1), 1);
}

}  // namespace
}  // namespace weft::tests
