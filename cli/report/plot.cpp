// SPDX-License-Identifier: Apache-2.0
#include "cli/report/plot.h"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "cli/report/html.h"

namespace weft::cli::report {

namespace {

using Json = nlohmann::ordered_json;

std::string legend_list(const std::vector<LegendEntry>& legend) {
  std::string items;
  for (const LegendEntry& entry : legend)
    items += fmt::format("<li><i class=\"{}\"></i>{}</li>", entry.swatch, escape(entry.name));
  return items.empty() ? items : element("ul", "class=\"legend\"", items);
}

}  // namespace

std::string script_json(const Json& json) {
  // Only '<' can begin an end tag or a comment; within JSON it stands in texts alone.
  std::string out;
  for (const char c : json.dump(-1, ' ', true, Json::error_handler_t::replace))
    out += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return out;
}

Json filled_spec(const char* text, const Json& data) {
  Json spec = Json::parse(text);
  for (Json& set : spec["data"]) {
    const auto found = data.find(set.at("name").get<std::string>());
    if (found != data.end()) set["values"] = *found;
  }
  return spec;
}

Json number_axis(const char* orient, const std::string& title) {
  constexpr const char* kNumber =
      "datum.value != 0 && (abs(datum.value) >= 10000 || abs(datum.value) < 0.001) ? "
      "format(datum.value, '~s') : format(datum.value, '~g')";
  constexpr int kEndPixels = 15;  // numbers so near to an end of the axis are written within it
  const bool across = std::string_view(orient) == "bottom";
  Json axis = {{"orient", orient},
               {"scale", across ? "x" : "y"},
               {"title", title},
               {"grid", true},
               {"tickCount", across ? 5 : 6},
               {"encode", {{"labels", {{"update", {{"text", {{"signal", kNumber}}}}}}}}}};
  if (across) axis["labelFlush"] = kEndPixels;
  return axis;
}

std::vector<double> log_ticks(double least, double most) {
  if (!(least > 0) || !std::isfinite(most)) return {};  // values at the edge of what a double holds
  const bool few = most / least < 1e3;
  std::vector<double> ticks;
  const int last = static_cast<int>(std::floor(std::log10(most)));
  for (int decade = static_cast<int>(std::floor(std::log10(least))); decade <= last; ++decade) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double tick = digit * std::pow(10.0, decade);
      if (tick >= least && tick <= most && (digit == 1 || few)) ticks.push_back(tick);
    }
  }
  return ticks;
}

std::string series_class(size_t series) {
  return fmt::format("s{}", series % kSeriesColours);
}

std::string draw(const Plot& plot) {
  const std::string label = fmt::format(
      "role=\"img\" tabindex=\"0\" aria-label=\"{}; the table below has its numbers, arrow keys "
      "read them\"",
      escape(plot.title));
  return element(
      "figure", "class=\"plot\"",
      element("h3", "", escape(plot.title)) + legend_list(plot.legend) +
          element("div", "class=\"canvas\" " + label, "") +
          element("output", "class=\"note\"", "") +
          element("script", "type=\"application/json\" class=\"spec\"", script_json(plot.spec)) +
          folded("as a table", html_table(plot.numbers, plot.title)));
}

}  // namespace weft::cli::report
