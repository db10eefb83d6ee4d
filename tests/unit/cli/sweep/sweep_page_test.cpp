// SPDX-License-Identifier: Apache-2.0
#include "cli/report/sweep_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/report/scatter.h"

namespace weft::cli::report {
namespace {

using testing::HasSubstr;
using testing::Not;

sweep::Analysis analysis() {
  sweep::Analysis analysis;
  analysis.sweep.name = "threads <b>";
  analysis.sweep.axes = {{{"<b>threads", {}, std::nullopt, {}}}};
  analysis.sweep.objectives = {{"time", sweep::Expression("time_s"), false},
                               {"area", sweep::Expression("area_mm2"), false}};
  for (int i = 1; i <= 4; ++i) {
    sweep::Row row{
        std::to_string(i), sweep::Status::Ok, {{"<b>threads", "<b>" + std::to_string(i)}}, {}};
    analysis.outcomes.push_back({row, {8.0 / i, 1.0 * i}, true});
  }
  analysis.counts.ok = 4;
  analysis.unfinished = {{"5", sweep::Status::Failed, {{"<b>threads", 5}}, {{"error", "<b>"}}}};
  analysis.front = pareto_front(analysis.sweep, analysis.outcomes);
  for (size_t i = 0; i < 2; ++i)
    analysis.effects.push_back(effects_on(analysis.sweep, analysis.outcomes, i));
  return analysis;
}

TEST(SweepPage, StandsAloneAndShowsTheFront) {
  const std::string page = sweep_page(analysis());
  EXPECT_THAT(page, HasSubstr("threads &lt;b&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<b>"))) << "names are escaped";
  EXPECT_THAT(page, HasSubstr("4 points: 4 done; 4 on the front of time, area"));
  EXPECT_THAT(page, HasSubstr("aria-label=\"area over time\""));
  EXPECT_THAT(page, HasSubstr("What moves time"));
  EXPECT_THAT(page, HasSubstr("\"title\":\"time in s\""));
  for (const char* load : {"<img", "<iframe", "href=\"http", "@import", "<link", " src=\""})
    EXPECT_THAT(page, Not(HasSubstr(load))) << "no network";
}

TEST(Scatter, EveryPointIsInThePlotAndItsTable) {
  Scatter scatter{"t", "x", "y", {{"front", "s0", true}, {"others", "faint"}}, {}};
  scatter.points = {{1, 100, 0, "first"}, {1000, 0, 1, "second"}, {30, 50, 1, "third"}};
  const std::string drawing = draw(scatter);
  for (const char* label : {"first", "second", "third"}) {
    EXPECT_THAT(drawing, HasSubstr(std::string("\"words\":\"") + label + "\""));
    EXPECT_THAT(drawing, HasSubstr(std::string(">") + label + "</t")) << "a cell of the table";
  }
  EXPECT_THAT(drawing, HasSubstr("\"type\":\"log\"")) << "x spans a factor of a thousand";
  scatter.points.resize(1);
  EXPECT_EQ(draw(scatter), "") << "one point is no plot";
}

}  // namespace
}  // namespace weft::cli::report
