// SPDX-License-Identifier: Apache-2.0
#include "cli/report/scatter.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "cli/report/plot.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kLogarithmicFrom = 8;  // the ratio of the largest value to the least
constexpr double kScatterAir = 0.05;    // of the range, at both ends
constexpr size_t kMostPlotRows = 200;   // of the table

constexpr const char* kScatterSpec = R"json({
  "height": 300, "padding": 4, "autosize": {"type": "fit-x", "contains": "padding"},
  "data": [{"name": "points"}, {"name": "line"}, {"name": "diagonal"}],
  "scales": [
    {"name": "x", "range": "width", "zero": false},
    {"name": "y", "range": "height", "zero": false},
    {"name": "colour", "type": "ordinal"}],
  "marks": [
    {"type": "line", "style": "diagonal", "from": {"data": "diagonal"}, "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"}}}},
    {"type": "line", "style": "roof", "from": {"data": "line"}, "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"}}}},
    {"type": "symbol", "from": {"data": "points"}, "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"}, "size": {"field": "size"},
      "fill": {"scale": "colour", "field": "series"}, "fillOpacity": {"value": 0.85},
      "tooltip": {"field": "words"}}}}]
})json";

struct AxisRange {
  double least;
  double most;
  bool logarithmic;
};

AxisRange axis_of(const std::vector<double>& values) {
  const auto [least, most] = std::ranges::minmax(values);
  if (least > 0 && most / least > kLogarithmicFrom) {
    const double air = std::pow(most / least, kScatterAir);
    return {least / air, most * air, true};
  }
  const double air =
      most > least ? kScatterAir * (most - least) : kScatterAir * std::max(1e-12, std::abs(most));
  return {least - air, most + air, false};
}

void set_scale(Json& scale, Json& axis, const AxisRange& range) {
  scale["type"] = range.logarithmic ? "log" : "linear";
  scale["domain"] = {range.least, range.most};
  if (range.logarithmic) axis["values"] = log_ticks(range.least, range.most);
}

Json data_of(const Scatter& scatter) {
  Json data = {{"points", Json::array()}, {"line", Json::array()}};
  for (const ScatterPoint& point : scatter.points) {
    const bool stands_out = scatter.series.at(point.series).stands_out;
    data["points"].push_back({{"x", point.x},
                              {"y", point.y},
                              {"series", point.series},
                              {"size", stands_out ? 110 : 45},
                              {"words", point.label}});
    if (scatter.joined && stands_out) data["line"].push_back({{"x", point.x}, {"y", point.y}});
  }
  return data;
}

std::vector<LegendEntry> legend_of(const Scatter& scatter) {
  std::set<size_t> used;
  for (const ScatterPoint& point : scatter.points) used.insert(point.series);
  std::vector<LegendEntry> legend;
  legend.reserve(used.size());
  for (const size_t s : used) legend.push_back({scatter.series[s].swatch, scatter.series[s].name});
  return legend;
}

Table numbers_of(const Scatter& scatter) {
  Table table({{"", Align::Left}, {"", Align::Left}, {scatter.x_name}, {scatter.y_name}});
  for (const ScatterPoint& point : scatter.points) {
    if (table.rows().size() == kMostPlotRows) {
      table.add_row({fmt::format("and {} more", scatter.points.size() - kMostPlotRows),
                     std::string{}, std::string{}, std::string{}});
      break;
    }
    table.add_row({point.label, scatter.series[point.series].name, show_number(point.x),
                   show_number(point.y)});
  }
  return table;
}

/// The specification of a scatter plot whose points have at least one value.
Json spec_of(const Scatter& scatter) {
  std::vector<double> across, up;
  for (const ScatterPoint& point : scatter.points) {
    across.push_back(point.x);
    up.push_back(point.y);
  }
  if (scatter.diagonal) {
    across.insert(across.end(), up.begin(), up.end());
    up = across;
  }
  const AxisRange x = axis_of(across), y = axis_of(up);
  Json data = data_of(scatter);
  if (scatter.diagonal)
    data["diagonal"] = {{{"x", x.least}, {"y", y.least}}, {{"x", x.most}, {"y", y.most}}};
  Json spec = filled_spec(kScatterSpec, data);
  spec["axes"] = {number_axis("bottom", scatter.x_name), number_axis("left", scatter.y_name)};
  set_scale(spec["scales"][0], spec["axes"][0], x);
  set_scale(spec["scales"][1], spec["axes"][1], y);
  Json& colour = spec["scales"][2];
  colour["domain"] = colour["range"] = Json::array();
  for (size_t s = 0; s < scatter.series.size(); ++s) {
    colour["domain"].push_back(s);
    colour["range"].push_back(fmt::format("var(--{})", scatter.series[s].swatch));
  }
  return spec;
}

}  // namespace

std::string draw(const Scatter& scatter) {
  if (scatter.points.size() < 2) return {};
  return draw(Plot{scatter.title, legend_of(scatter), spec_of(scatter), numbers_of(scatter)});
}

}  // namespace weft::cli::report
