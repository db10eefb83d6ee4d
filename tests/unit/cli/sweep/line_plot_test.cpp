// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/line_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace weft::cli::sweep {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Two machines, three latencies stated out of order, two seeds.
Analysis latencies() {
  Analysis analysis;
  analysis.sweep.name = "latency <b>";
  for (const char* axis : {"machine", "latency", "seed"})
    analysis.sweep.axes.push_back({{axis, {}, std::nullopt, {}}});
  analysis.sweep.objectives = {{"time", Expression("time_s"), false}};
  for (const char* machine : {"a", "b"}) {
    for (const char* latency : {"90ns", "45ns", "1us"}) {
      for (int seed : {1, 2}) {
        Row row{
            machine, Status::Ok, {{"machine", machine}, {"latency", latency}, {"seed", seed}}, {}};
        analysis.outcomes.push_back({row, {1e-3 * seed}, true});
      }
    }
  }
  return analysis;
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(LinePlot, EveryPointIsOnALineAndEveryRestOfAxesHasAPanel) {
  const std::string svg = line_plot_svg(latencies(), {"latency", "machine"});
  EXPECT_EQ(count(svg, "<polyline"), 4U) << "two machines in two panels";
  EXPECT_EQ(count(svg, "<title>1.00 ms</title>"), 6U);
  EXPECT_EQ(count(svg, "<title>2.00 ms</title>"), 6U);
  EXPECT_THAT(svg, HasSubstr(">seed 1<"));
  EXPECT_THAT(svg, HasSubstr(">seed 2<"));
  EXPECT_LT(svg.find(">45ns<"), svg.find(">90ns<"));
  EXPECT_LT(svg.find(">90ns<"), svg.find(">1us<")) << "by what they state";
}

TEST(LinePlot, NamesAreEscapedAndNothingIsFetched) {
  const std::string svg = line_plot_svg(latencies(), {"latency", ""});
  EXPECT_THAT(svg, HasSubstr("latency &lt;b&gt;"));
  EXPECT_EQ(count(svg, "http"), 1U) << "the name space alone";
}

TEST(LinePlot, NamesThatAreLongerThanAPanelAreCutBetweenLetters) {
  Analysis analysis = latencies();
  for (Outcome& outcome : analysis.outcomes)
    outcome.row.axes["seed"] = std::string(36, 'x') + "\u00e4" + std::string(20, 'y');
  const std::string svg = line_plot_svg(analysis, {"latency", "machine"});
  EXPECT_THAT(svg, HasSubstr(">seed " + std::string(35, 'x')));
  EXPECT_THAT(svg, Not(HasSubstr("yyyyyyyyyyyyyyy")));
  EXPECT_NO_THROW(nlohmann::json(svg).dump()) << "whole letters";
}

TEST(LinePlot, OfLabelsThatWouldTouchEverySecondIsLeftOutAndNotTheLast) {
  Analysis analysis = latencies();
  analysis.outcomes.clear();
  for (int i = 0; i < 8; ++i) {
    const std::string tokens = std::to_string(10000 + i);
    Row row{tokens, Status::Ok, {{"machine", "a"}, {"latency", tokens}, {"seed", 1}}, {}};
    analysis.outcomes.push_back({row, {1e-3}, true});
  }
  const std::string svg = line_plot_svg(analysis, {"latency", ""});
  EXPECT_EQ(count(svg, "text-anchor=\"middle\""), 4U);
  EXPECT_THAT(svg, HasSubstr(">10007<"));
  EXPECT_THAT(svg, Not(HasSubstr(">10006<")));
}

TEST(LinePlot, AnUnknownAxisIsNamed) {
  try {
    line_plot_svg(latencies(), {"latencies", ""});
    FAIL();
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("--over: expected an axis of the sweep (machine, latency, "
                                        "seed), found 'latencies'"));
  }
}

TEST(LinePlot, PointsWithoutAResultLeaveNothingToPlot) {
  Analysis none = latencies();
  for (Outcome& outcome : none.outcomes) outcome.objectives = {std::nan("")};
  EXPECT_THROW(line_plot_svg(none, {"latency", ""}), base::UserError);
  none.outcomes.front().objectives = {0.0};
  EXPECT_THAT(line_plot_svg(none, {"latency", ""}), Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace weft::cli::sweep
