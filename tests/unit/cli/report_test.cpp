// SPDX-License-Identifier: Apache-2.0
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
using testing::StartsWith;

std::string page_of(const Json& document) {
  return page(read_run_file(document, "results.json"));
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

/// The first tag that is not closed in order, or an empty string where all are. Escaped text has no
/// '<'.
std::string unbalanced_tag(const std::string& html) {
  std::stack<std::string> open;
  for (const std::string& tag : all_between(html, "<", ">")) {
    const std::string name = tag.substr(0, tag.find(' '));
    if (tag.starts_with("!DOCTYPE") || name == "meta" || tag.ends_with("/")) continue;
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
  const std::vector<std::string> drawings = all_between(html, "<svg ", "</title>");
  EXPECT_GE(drawings.size(), 6U);
  for (const std::string& drawing : drawings) {
    EXPECT_THAT(drawing, StartsWith("role=\"img\""));
    EXPECT_THAT(drawing, HasSubstr("aria-label=\""));
    EXPECT_EQ(drawing.find("<title>") + std::string("<title>").size(), drawing.rfind('>') + 1)
        << "title first";
  }
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
  const std::vector<std::string> down = all_between(svg, "cy=\"", "\"");
  ASSERT_EQ(down.size(), 2U);
  EXPECT_LT(std::stod(down[1]), std::stod(down[0])) << "smash_v2 is faster; y grows downwards";
}

}  // namespace

}  // namespace weft::cli::report
