// SPDX-License-Identifier: Apache-2.0
#include <regex>
#include <stack>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/report/bar_chart.h"
#include "cli/report/html.h"
#include "cli/report/page.h"
#include "cli/report/roofline.h"
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

/// The first tag that is not closed in order, or an empty string where all are.
std::string unbalanced_tag(const std::string& html) {
  const std::regex tag("<(/?)([a-z0-9]+)((?:\"[^\"]*\"|[^<>\"])*)>");
  std::stack<std::string> open;
  for (auto at = std::sregex_iterator(html.begin(), html.end(), tag); at != std::sregex_iterator();
       ++at) {
    const std::string name = (*at)[2];
    if (name == "meta" || (*at)[3].str().ends_with("/")) continue;
    if ((*at)[1].length() == 0) {
      open.push(name);
    } else if (open.empty() || open.top() != name) {
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
  const std::string html = page_of(experiment_fixture());
  for (const char* heading : {"Speed", "Roofline", "Memory", "Cycles", "Phases", "Occupancy",
                              "Cost by source line", "Without a result", "How to run this again"}) {
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
    entry["configuration"]["x"] = "</pre><script>";
  }
  const std::string html = page_of(json);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_EQ(unbalanced_tag(html), "");
}

TEST(Page, NeedsNoOtherFile) {
  const std::string html = page_of(experiment_fixture());
  for (const char* outside : {"http:", "https:", "src=", "href=", "url(", "@import"}) {
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
}

TEST(Page, EveryDrawingHasATitle) {
  const std::string html = page_of(experiment_fixture());
  const std::regex drawing("<svg role=\"img\"[^>]*aria-label=\"[^\"]+\">\\s*<title>[^<]+</title>");
  const auto drawings = std::distance(std::sregex_iterator(html.begin(), html.end(), drawing),
                                      std::sregex_iterator());
  const std::regex any("<svg");
  EXPECT_EQ(drawings, std::distance(std::sregex_iterator(html.begin(), html.end(), any),
                                    std::sregex_iterator()));
  EXPECT_GE(drawings, 6);
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
  const std::string html = page_of(json);
  EXPECT_THAT(html, Not(HasSubstr("nan")));
  EXPECT_THAT(html, Not(HasSubstr("<h2>Roofline</h2>")));
  EXPECT_EQ(unbalanced_tag(html), "");
}

TEST(BarChart, TheLongestBarFillsTheWidth) {
  const BarChart chart{
      "Times", {"time"}, "", {{"a", "1", {{0, 0.0, 1.0}}}, {"b", "4", {{0, 0.0, 4.0}}}}};
  const std::string svg = draw(chart, show_number);
  EXPECT_THAT(svg, HasSubstr("x=\"0.000%\" y=\"20\" width=\"25.000%\""));
  EXPECT_THAT(svg, HasSubstr("x=\"0.000%\" y=\"60\" width=\"100.000%\""));
}

TEST(BarChart, IsEmptyWithoutLengths) {
  EXPECT_EQ(draw({"Times", {"time"}, "", {{"a", "0", {{0, 0.0, 0.0}}}}}, show_number), "");
}

TEST(Roofline, AHigherRateIsDrawnHigher) {
  const RunFile file = read_run_file(experiment_fixture(), "results.json");
  const std::string svg = draw_roofline({&file.runs[0], &file.runs[1]}, "Roofline");
  const std::regex circle("cy=\"([0-9.]+)\"");
  std::vector<double> down;
  for (auto at = std::sregex_iterator(svg.begin(), svg.end(), circle); at != std::sregex_iterator();
       ++at) {
    down.push_back(std::stod((*at)[1]));
  }
  ASSERT_EQ(down.size(), 2U);
  EXPECT_LT(down[1], down[0]) << "smash_v2 is faster; y grows downwards";
}

}  // namespace

}  // namespace weft::cli::report
