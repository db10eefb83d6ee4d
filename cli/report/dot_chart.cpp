// SPDX-License-Identifier: Apache-2.0
#include "cli/report/dot_chart.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/report/plot.h"

namespace weft::cli::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kDotRowPixels = 40;
constexpr double kDotAir = 2;  // factor around the values

constexpr const char* kDotSpec = R"json({
  "padding": {"bottom": 42}, "autosize": "none",
  "data": [{"name": "rows"}, {"name": "dots"}],
  "scales": [
    {"name": "x", "type": "log", "range": "width"},
    {"name": "colour", "type": "ordinal", "range": "category", "domain": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}],
  "marks": [
    {"type": "text", "style": "label", "from": {"data": "rows"}, "encode": {"update": {
      "y": {"field": "top", "offset": 9}, "text": {"field": "label"}, "limit": {"signal": "width"}}}},
    {"type": "rect", "style": "track", "from": {"data": "rows"}, "encode": {"update": {
      "x": {"value": 0}, "x2": {"signal": "width"}, "y": {"field": "top", "offset": 25}, "height": {"value": 2}}}},
    {"type": "symbol", "from": {"data": "dots"}, "encode": {"update": {
      "x": {"scale": "x", "field": "value"}, "y": {"field": "top", "offset": 26}, "size": {"value": 130},
      "fill": {"scale": "colour", "field": "series"}, "tooltip": {"field": "words"}}}}]
})json";

Table numbers_of(const DotChart& chart, std::string (*show)(double)) {
  std::vector<Table::Column> columns = {{"", Align::Left}};
  for (const std::string& name : chart.series) columns.push_back({name});
  Table table(columns);
  for (const DotRow& row : chart.rows) {
    std::vector<Table::Cell> cells(columns.size(), Table::Cell("-"));
    cells[0] = row.label;
    for (const Dot& dot : row.dots) cells.at(dot.series + 1) = show(dot.value);
    table.add_row(std::move(cells));
  }
  return table;
}

}  // namespace

std::string draw(const DotChart& chart, std::string (*show)(double)) {
  double least = HUGE_VAL, most = 0;
  Json data = {{"rows", Json::array()}, {"dots", Json::array()}};
  int top = 0;
  for (const DotRow& row : chart.rows) {
    data["rows"].push_back({{"top", top}, {"label", row.label}});
    for (const Dot& dot : row.dots) {
      if (!(dot.value > 0)) continue;
      least = std::min(least, dot.value);
      most = std::max(most, dot.value);
      data["dots"].push_back(
          {{"top", top},
           {"value", dot.value},
           {"series", dot.series % kSeriesColours},
           {"words", fmt::format("{}, {}: {} {}", row.label, chart.series.at(dot.series),
                                 show(dot.value), chart.axis_name)}});
    }
    top += kDotRowPixels;
  }
  if (!(most > 0)) return {};
  Plot plot{chart.title, {}, filled_spec(kDotSpec, data), numbers_of(chart, show)};
  for (size_t s = 0; s < chart.series.size(); ++s)
    plot.legend.push_back({series_class(s), chart.series[s]});
  plot.spec["height"] = top;
  plot.spec["scales"][0]["domain"] = {least / kDotAir, most * kDotAir};
  Json axis = number_axis("bottom", chart.axis_name);
  axis["values"] = log_ticks(least / kDotAir, most * kDotAir);
  plot.spec["axes"] = Json::array({axis});
  return draw(plot);
}

}  // namespace weft::cli::report
