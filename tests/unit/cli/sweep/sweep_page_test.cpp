// SPDX-License-Identifier: Apache-2.0
#include "cli/report/sweep_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/report/plot_script.h"
#include "cli/report/scatter.h"

namespace weft::cli::report {
namespace {

using testing::HasSubstr;
using testing::Not;

sweep::Analysis analysis() {
  sweep::Analysis analysis;
  analysis.sweep.name = "threads <b>";
  analysis.sweep.axes = {{{"threads", {}, std::nullopt, {}}}};
  analysis.sweep.objectives = {{"time", sweep::Expression("time_s"), false},
                               {"area", sweep::Expression("area_mm2"), false}};
  for (int i = 1; i <= 4; ++i) {
    sweep::Row row{std::to_string(i), sweep::Status::Ok, {{"threads", i}}, {}};
    analysis.outcomes.push_back({row, {8.0 / i, 1.0 * i}, true});
  }
  analysis.counts.ok = 4;
  analysis.front = pareto_front(analysis.sweep, analysis.outcomes);
  for (size_t i = 0; i < 2; ++i)
    analysis.effects.push_back(effects_on(analysis.sweep, analysis.outcomes, i));
  return analysis;
}

TEST(SweepPage, StandsAloneAndShowsTheFront) {
  std::string page = sweep_page(analysis());
  const std::string script(plot_script());
  page.erase(page.find(script), script.size());
  EXPECT_THAT(page, HasSubstr("threads &lt;b&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<b>"))) << "names are escaped";
  EXPECT_THAT(page, HasSubstr("4 points: 4 done; 4 on the front of time, area"));
  EXPECT_THAT(page, HasSubstr("aria-label=\"area over time; "));
  EXPECT_THAT(page, HasSubstr("What moves time"));
  EXPECT_THAT(page, Not(HasSubstr("http:"))) << "no network";
  EXPECT_THAT(page, Not(HasSubstr("https:")));
}

TEST(Scatter, EveryPointLiesOnTheDrawing) {
  const Scatter scatter{"t",
                        "x",
                        "y",
                        {{"front", "s0", true}, {"plain", "s7"}},
                        {{1, 100, 0, "a"}, {1000, 0, 0, "b"}, {30, 50, 1, "c"}},
                        true};
  const std::string drawing = draw(scatter);
  const size_t begin = drawing.find('{');
  const auto spec = nlohmann::json::parse(drawing.substr(begin, drawing.find("</script>") - begin));
  const auto& points = spec["data"][0]["values"];
  ASSERT_EQ(points.size(), 3U);
  for (const auto& point : points) {
    for (const int axis : {0, 1}) {
      const auto& domain = spec["scales"][axis]["domain"];
      const double value = point[axis == 0 ? "x" : "y"];
      EXPECT_TRUE(domain[0] < value && value < domain[1]) << point << domain;
    }
  }
  EXPECT_EQ(spec["scales"][0]["type"], "log");
  EXPECT_EQ(spec["scales"][1]["type"], "linear") << "it has a zero";
  EXPECT_EQ(spec["data"][1]["values"].size(), 2U) << "the line joins what stands out";
}

TEST(Scatter, OnePointIsNoPlot) {
  EXPECT_EQ(draw(Scatter{"t", "x", "y", {{"front", "s0"}}, {{1, 1, 0, "a"}}}), "");
}

}  // namespace
}  // namespace weft::cli::report
