// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <stack>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/report/bar_chart.h"
#include "cli/report/dot_chart.h"
#include "cli/report/html.h"
#include "cli/report/link_map.h"
#include "cli/report/loop_picture.h"
#include "cli/report/page.h"
#include "cli/report/plot.h"
#include "cli/report/plot_script.h"
#include "cli/report/roofline.h"
#include "cli/report/scatter.h"
#include "cli/text.h"
#include "tests/unit/cli/fixtures.h"

namespace weft::cli::report {

namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;

std::string page_of(const Json& document) {
  return page(read_run_file(document, "results.json"));
}

/// A page without the script that all pages have.
std::string own_part(const std::string& html) {
  const std::string script(plot_script());
  const size_t at = html.find(script);
  EXPECT_NE(at, std::string::npos) << "the script of the plots";
  return html.substr(0, at) + html.substr(at + script.size());
}

/// What stands between each `begin` and the next `end`.
std::vector<std::string> all_between(const std::string& text, const std::string& begin,
                                     const std::string& end) {
  std::vector<std::string> found;
  for (size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    const size_t from = at + begin.size();
    found.push_back(text.substr(from, text.find(end, from) - from));
  }
  return found;
}

/// The specifications of every plot of a page.
std::vector<Json> specs_of(const std::string& html) {
  std::vector<Json> specs;
  for (const std::string& text :
       all_between(html, "<script type=\"application/json\" class=\"spec\">", "</script>"))
    specs.push_back(Json::parse(text));
  return specs;
}

const Json& values_of(const Json& spec, const std::string& set) {
  const auto found =
      std::ranges::find_if(spec.at("data"), [&](const Json& data) { return data["name"] == set; });
  return found->at("values");
}

/// The first tag that is not closed in order, or an empty string where all are. Escaped text has no
/// '<'.
std::string unbalanced_tag(const std::string& html) {
  std::stack<std::string> open;
  for (const std::string& tag : all_between(html, "<", ">")) {
    std::string name = tag.substr(0, tag.find(' '));
    if (tag.starts_with("!DOCTYPE") || name == "meta" || name == "wbr" || tag.ends_with("/"))
      continue;
    if (!name.starts_with("/")) {
      open.push(name);
    } else if (open.empty() || open.top() != name.substr(1)) {
      return name;
    } else {
      open.pop();
    }
  }
  return open.empty() ? std::string{} : open.top();
}

TEST(Html, EscapesEverythingThatCouldEndAText) {
  EXPECT_EQ(escape("<a href=\"x\">'&'</a>\x01"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;\xEF\xBF\xBD");
}

TEST(Page, HasEverySectionAndClosesEveryTag) {
  const std::string html = own_part(page_of(experiment_fixture()));
  for (const char* heading :
       {"Speed", "Roofline", "Memory", "Cycles", "Network", "Phases", "Occupancy",
        "Cost by source line", "Mappings", "Without a result", "How to run this again"}) {
    EXPECT_THAT(html, HasSubstr("<h2>" + std::string(heading) + "</h2>"));
  }
  EXPECT_EQ(unbalanced_tag(html), "");
}

TEST(Page, NamesOfFilesAreTextAndNothingElse) {
  Json json = experiment_fixture();
  json["experiment"]["name"] = "<script>alert(1)</script>";
  json["command"] = "<script>";
  for (Json& entry : json["results"]) {
    entry["kernel"] = "<script>k";
    entry["label"] = "\"><script>";
    entry["input"] = "<script>i";
    if (!entry.contains("inputs")) continue;
    entry["inputs"][0]["source"] = "<script>.mtx";
    entry["by_source"][0]["statement"] = "a<script>b";
    entry["stalls"]["<script>"] = 0.1;
    entry["phases"][0]["name"] = "<script>";
    entry["occupancy"]["limiter"] = "<script>";
    entry["memory"]["<script>"] = entry["memory"]["dram"];
    entry["roofline"]["bound_by"] = "<script>";
    entry["mapping"]["schedule"]["</b><script>"]["order"] = {"<script>", "k"};
    entry["units"] = {{{"name", "</script><script>"}, {"stalls", {{"</script>", 0.5}}}}};
    entry["configuration"]["x"] = "</pre><script>";
  }
  const std::string html = own_part(page_of(json));
  for (const std::string& tag : all_between(html, "<script", ">"))
    EXPECT_THAT(tag, testing::AnyOf("", " type=\"application/json\" class=\"spec\""));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_EQ(unbalanced_tag(html), "");
}

TEST(Page, NeedsNoOtherFile) {
  const std::string html = own_part(page_of(experiment_fixture()));
  for (const char* outside : {"http:", "https:", "src=", "href=", "url(", "@import"}) {
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(html, HasSubstr("content=\"default-src 'none'; "));
}

TEST(Page, EveryPlotHasWordsAndATable) {
  const std::vector<std::string> figures =
      all_between(own_part(page_of(experiment_fixture())), "<figure ", "</figure>");
  EXPECT_GE(figures.size(), 9U);
  for (const std::string& figure : figures) {
    EXPECT_THAT(figure, HasSubstr("role=\"img\" tabindex=\"0\" aria-label=\""));
    EXPECT_THAT(figure, HasSubstr("<table>"));
  }
}

// Text of files in an expression would run; in data it is shown.
TEST(Page, NothingFromFilesIsAnExpression) {
  Json json = experiment_fixture();
  for (Json& entry : json["results"]) entry["kernel"] = entry["label"] = "payload";
  for (Json spec : specs_of(page_of(json))) {
    spec.erase("data");
    EXPECT_THAT(spec.dump(), Not(HasSubstr("payload")));
  }
}

TEST(PlotScript, CannotEndItsElement) {
  EXPECT_THAT(std::string(plot_script()), Not(HasSubstr("</script")));
  EXPECT_THAT(std::string(plot_script()), Not(HasSubstr("<!--")));
  EXPECT_THAT(std::string(plot_script()), HasSubstr("Interactive Data Lab")) << "the licence";
}

TEST(Page, WorksWithoutOptionalNumbers) {
  Json json = result_fixture("gemm", 0.001);
  json["stalls"] = Json::object();
  json["memory"] = Json::object();
  json["phases"] = Json::array();
  json["by_source"] = Json::array();
  json["inputs"] = Json::array();
  json["dram"]["read_bytes"] = nullptr;
  json["dram"]["bandwidth_gb_s"] = nullptr;
  const std::string html = own_part(page_of(json));
  EXPECT_THAT(html, Not(HasSubstr("nan")));
  EXPECT_THAT(html, Not(HasSubstr("<h2>Roofline</h2>")));
  EXPECT_EQ(unbalanced_tag(html), "");
}

TEST(Page, NamesBreakBetweenTheirPartsAndNumbersDoNot) {
  EXPECT_EQ(breakable("spgemm_row"), "spgemm_<wbr>row");
  EXPECT_EQ(breakable("a.<b>, 1.5"), "a.&lt;b&gt;, 1.5");
  EXPECT_EQ(breakable("_x"), "_<wbr>x");
  EXPECT_EQ(breakable(""), "");
}

TEST(Plot, JsonCannotEndItsElement) {
  const Json json = {{"words", "</script><!-- \xE2\x80\xA8 \xFF"}};
  const std::string text = script_json(json);
  EXPECT_THAT(text, Not(HasSubstr("<")));
  EXPECT_EQ(Json::parse(text)["words"], "</script><!-- \xE2\x80\xA8 \xEF\xBF\xBD");
}

TEST(Plot, LogarithmicTicksAreDecades) {
  EXPECT_EQ(log_ticks(0.5, 40), (std::vector<double>{0.5, 1, 2, 5, 10, 20}));
  EXPECT_EQ(log_ticks(0.05, 4000), (std::vector<double>{0.1, 1, 10, 100, 1000}));
}

TEST(BarChart, TheLongestBarFillsTheWidth) {
  const BarChart chart{
      "Times", {"time"}, "", {{"a", "1", {{0, 0.0, 1.0}}}, {"b", "4", {{0, 0.0, 4.0}}}}};
  const Json spec = specs_of(draw(chart, show_number)).at(0);
  EXPECT_EQ(spec["scales"][0]["domain"], Json({0.0, 4.0}));
  EXPECT_EQ(values_of(spec, "segments")[1]["end"], 4.0);
  EXPECT_EQ(values_of(spec, "segments")[1]["words"], "b, time: 4");
}

TEST(BarChart, AFullTrackEndsWhereItIsTold) {
  BarChart chart{"Shares", {"share"}, "", {{"a", "1 %", {{0, 0.0, 0.01}}}}};
  chart.full = 1;
  EXPECT_EQ(specs_of(draw(chart, show_percent)).at(0)["scales"][0]["domain"], Json({0.0, 1.0}));
}

TEST(BarChart, TheLeastOfManySeriesShareTheLastColour) {
  BarChart chart{"Phases", {}, "", {{"a", "", {}}, {"b", "", {}}}};
  for (size_t s = 0; s < 14; ++s) {
    chart.series.push_back("phase" + std::to_string(s));
    const double length = s == 1 || s == 4 || s == 13 ? 1 : 2;
    chart.bars[s % 2].segments.push_back({s, 0.0, length});
  }
  const std::string html = draw(chart, show_number);
  const Json spec = specs_of(html).at(0);
  for (const Json& segment : values_of(spec, "segments"))
    EXPECT_EQ(segment["series"] == 11, segment["end"] == 1.0) << segment;
  EXPECT_THAT(html, HasSubstr("<i class=\"s11\"></i>others"));
  EXPECT_THAT(html, Not(HasSubstr("</i>phase13")));
  EXPECT_THAT(html, HasSubstr("<i class=\"s10\"></i>phase12"));
}

TEST(BarChart, IsEmptyWithoutLengths) {
  EXPECT_EQ(draw({"Times", {"time"}, "", {{"a", "0", {{0, 0.0, 0.0}}}}}, show_number), "");
}

TEST(DotChart, LeavesOutWhatALogarithmCannotShow) {
  const DotChart chart{"Rates", "GB/s", {"l1", "l2"}, {{"a", {{0, 0.0}, {1, 8.0}}}}};
  const Json spec = specs_of(draw(chart, show_number)).at(0);
  ASSERT_EQ(values_of(spec, "dots").size(), 1U);
  EXPECT_EQ(values_of(spec, "dots")[0]["series"], 1);
  EXPECT_EQ(draw({"Rates", "GB/s", {"l1"}, {{"a", {{0, 0.0}}}}}, show_number), "");
}

TEST(Scatter, ADiagonalHasTheSameAxisTwice) {
  Scatter scatter{"s", "x", "y", {{"g", "s0"}}, {{1, 100, 0, "a"}, {2, 3, 0, "b"}}, false, true};
  const Json spec = specs_of(draw(scatter)).at(0);
  EXPECT_EQ(spec["scales"][0]["type"], "log");
  EXPECT_EQ(spec["scales"][0]["domain"], spec["scales"][1]["domain"]);
}

TEST(Roofline, RunsLieAtTheirRates) {
  const RunFile file = read_run_file(experiment_fixture(), "results.json");
  const Json spec = specs_of(draw_roofline({&file.runs[0], &file.runs[1]}, "Roofline")).at(0);
  const Json& points = values_of(spec, "points");
  ASSERT_EQ(points.size(), 2U);
  EXPECT_DOUBLE_EQ(points[0]["x"].get<double>(), 0.2) << "2.4 Mflop over 12 MB";
  EXPECT_DOUBLE_EQ(points[0]["y"].get<double>(), 0.6);
  EXPECT_DOUBLE_EQ(points[1]["y"].get<double>(), 1.2);
  // Without a floor of the arithmetic the roof is the bandwidth alone.
  ASSERT_EQ(values_of(spec, "roofs").size(), 1U);
  EXPECT_DOUBLE_EQ(values_of(spec, "roofs")[0]["y"].get<double>(), 0.1 * 5.7);
}

TEST(Roofline, TheArithmeticIsTheFlatPart) {
  Json json = result_fixture("smash_v1", 0.004);
  json["roofline"]["product_issue_s"] = 0.0003;
  const RunFile file = read_run_file(json, "result.json");
  const Json spec = specs_of(draw_roofline({&file.runs[0]}, "Roofline")).at(0);
  const Json& roofs = values_of(spec, "roofs");
  ASSERT_EQ(roofs.size(), 2U);
  EXPECT_DOUBLE_EQ(roofs[1]["y"].get<double>(), 8) << "2.4 Mflop in 0.3 ms";
  EXPECT_DOUBLE_EQ(roofs[0]["x2"].get<double>(), 8 / 5.7) << "the ridge";
}

TEST(Roofline, NamesOfLikeRoofsStandOverEachOther) {
  RunFile file = read_run_file(experiment_fixture(), "results.json");
  file.runs[1].label = "other machine";
  file.runs[1].dram_peak_gb_s = 1.01 * file.runs[0].dram_peak_gb_s;
  const Json spec = specs_of(draw_roofline({&file.runs[0], &file.runs[1]}, "Roofline")).at(0);
  const Json& names = values_of(spec, "names");
  ASSERT_EQ(names.size(), 2U);
  const Json& window = spec["scales"][1]["domain"];
  const double share = std::log(names[1]["y"].get<double>() / names[0]["y"].get<double>()) /
                       std::log(window[1].get<double>() / window[0].get<double>());
  EXPECT_GT(share * spec["height"].get<double>(), 11) << "pixels, of letters of 11";
}

TEST(LinkMap, BusierLinksAreStrongerAndDiesAMatrix) {
  cli::Run run;
  run.kernel = "k";
  run.mesh_columns = run.mesh_rows = 2;
  run.links = {{0, 1, 0.25}, {1, 3, 0.5}, {3, 4, 0.125}};
  const std::vector<Json> specs = specs_of(draw_links(run, "Links"));
  ASSERT_EQ(specs.size(), 2U);
  const Json& links = values_of(specs[0], "links");
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0]["words"], "router 1 to router 3: busy 50.0 %");
  EXPECT_LT(links[0]["x"].get<double>(), 1) << "downwards, the right hand is at the left";
  EXPECT_EQ(values_of(specs[1], "cells")[0]["words"], "die 0 to die 1: busy 12.5 %");
}

TEST(LoopPicture, NestsLoopsFromTheOutsideIn) {
  const std::string html = draw_loops(R"({"schedule": {"mul": {
    "order": ["m1", "k", "m0"], "par": {"m1": "core", "m0": "thread"}, "tiles": {"m0": 64},
    "hold": {"B": {"at": "k", "in": "spad", "via": "dma", "buf": 2}},
    "accum": {"Z": {"at": "m1", "kind": "hash"}}}}})");
  const std::vector<std::string> loops = all_between(html, "<b>", "</b>");
  EXPECT_EQ(loops,
            (std::vector<std::string>{"for m1, by core", "for k", "for m0 of 64, by thread"}));
  EXPECT_THAT(html, HasSubstr("hold B: in spad, via dma, buf 2"));
  EXPECT_EQ(unbalanced_tag(html), "");
  EXPECT_EQ(draw_loops("{\"schedule\": 3}"), "");
  EXPECT_EQ(draw_loops("no JSON"), "");
}

}  // namespace

}  // namespace weft::cli::report
