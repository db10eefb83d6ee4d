// SPDX-License-Identifier: Apache-2.0
#include "cli/report/roofline.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "cli/report/plot.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kAir = 2;              // factor around the points
constexpr double kHeight = 330;         // of the plot, as its specification says
constexpr double kNameHeight = 15;      // of the name of a roof
constexpr double kFarthestRidge = 100;  // factor from the points at which a ridge is left out

constexpr const char* kRooflineSpec = R"json({
  "height": 330, "padding": 4, "autosize": {"type": "fit-x", "contains": "padding"},
  "data": [{"name": "points"}, {"name": "roofs"}, {"name": "names"}, {"name": "gaps"}],
  "scales": [
    {"name": "x", "type": "log", "range": "width", "zero": false},
    {"name": "y", "type": "log", "range": "height", "zero": false},
    {"name": "colour", "type": "ordinal", "range": "category", "domain": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}],
  "marks": [
    {"type": "rule", "style": "roof", "clip": true, "from": {"data": "roofs"}, "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"},
      "x2": {"scale": "x", "field": "x2"}, "y2": {"scale": "y", "field": "y2"}, "tooltip": {"field": "words"}}}},
    {"type": "text", "style": "small", "from": {"data": "names"}, "encode": {"update": {
      "x": {"signal": "width", "offset": -4}, "y": {"scale": "y", "field": "y", "offset": -5},
      "align": {"value": "right"}, "text": {"field": "words"}, "limit": {"signal": "width * 0.7"}}}},
    {"type": "rule", "style": "gap", "from": {"data": "gaps"}, "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"}, "y2": {"scale": "y", "field": "bound"}}}},
    {"type": "rule", "style": "limit", "from": {"data": "gaps"}, "encode": {"update": {
      "x": {"scale": "x", "field": "x", "offset": -6}, "x2": {"scale": "x", "field": "x", "offset": 6},
      "y": {"scale": "y", "field": "bound"}, "tooltip": {"field": "words"}}}},
    {"type": "symbol", "from": {"data": "points"}, "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"}, "size": {"value": 300},
      "shape": {"field": "shape"}, "fill": {"scale": "colour", "field": "series"}, "tooltip": {"field": "words"}}}},
    {"type": "text", "style": "number", "from": {"data": "points"}, "interactive": false, "encode": {"update": {
      "x": {"scale": "x", "field": "x"}, "y": {"scale": "y", "field": "y"}, "text": {"field": "number"},
      "fill": {"signal": "datum.series < 8 ? '#fff' : '#14171a'"}}}}]
})json";

struct Point {
  const Run* run;
  double intensity;   // flop/B
  double attainable;  // GFLOP/s at the run's lower bound; NaN where it has none
};

/// The roof of a machine: its name, bytes and operations per second.
using Roof = std::tuple<std::string, double, double>;

bool is_native(const Run& run) {
  return run.origin == Run::Origin::Native;
}

std::vector<Point> points_of(const std::vector<const Run*>& runs) {
  std::vector<Point> points;
  for (const Run* run : runs) {
    // What a native run moved was not measured: it lies where it moved every needed byte once.
    const double bytes = is_native(*run) ? run->compulsory_bytes : run->dram_bytes;
    const Point point{run, run->flops / bytes, run->flops / run->floor_s * 1e-9};
    if (std::isfinite(point.intensity) && point.intensity > 0 && run->gflops > 0)
      points.push_back(point);
  }
  return points;
}

struct Window {
  double x_low, x_high, y_low, y_high;
};

/// Around the points and what bounds them, and the ridges that are not far away.
Window window_of(const std::vector<Point>& points, const std::set<Roof>& roofs) {
  Window window{HUGE_VAL, 0, HUGE_VAL, 0};
  for (const Point& point : points) {
    window.x_low = std::min(window.x_low, point.intensity / kAir);
    window.x_high = std::max(window.x_high, point.intensity * kAir);
    window.y_low = std::min(window.y_low, point.run->gflops / kAir);
    window.y_high = std::max(window.y_high, point.run->gflops * kAir);
    if (std::isfinite(point.attainable))
      window.y_high = std::max(window.y_high, point.attainable * kAir);
  }
  const double farthest = window.x_high * kFarthestRidge;
  for (const auto& [name, gb_s, gflops] : roofs) {
    if (gflops / gb_s < farthest) window.x_high = std::max(window.x_high, gflops / gb_s * kAir);
  }
  for (const auto& [name, gb_s, gflops] : roofs) {
    const double top = gb_s * window.x_high;
    window.y_high = std::max(window.y_high, (gflops < top ? gflops : top) * kAir);
  }
  return window;
}

/// A rate in billions of a unit with the prefix that suits it: "4.80 TB/s".
std::string rate(double billions, std::string_view unit) {
  return show_count(1e9 * billions) + std::string(unit);
}

/// The slanted and the flat part of a roof, from edge to edge of the window.
void add_roof(Json& data, const Roof& roof, const Window& window) {
  const auto& [name, gb_s, gflops] = roof;
  const double ridge = std::isfinite(gflops) ? gflops / gb_s : window.x_high;
  const double end = std::min(ridge, window.x_high);
  data["roofs"].push_back({{"x", window.x_low},
                           {"y", window.x_low * gb_s},
                           {"x2", end},
                           {"y2", end * gb_s},
                           {"words", fmt::format("{}: {}", name, rate(gb_s, "B/s"))}});
  const std::string words =
      ridge < window.x_high
          ? fmt::format("{}: {}, {}", name, rate(gb_s, "B/s"), rate(gflops, "FLOP/s"))
          : fmt::format("{}: {}", name, rate(gb_s, "B/s"));
  if (ridge < window.x_high) {
    data["roofs"].push_back(
        {{"x", ridge}, {"y", gflops}, {"x2", window.x_high}, {"y2", gflops}, {"words", words}});
  }
  data["names"].push_back({{"y", end * gb_s}, {"words", words}});
}

/// Names of roofs that end at nearly the same height stand over each other.
void spread_names(Json& names, const Window& window) {
  const double step = std::pow(window.y_high / window.y_low, kNameHeight / kHeight);
  const auto height = [](const Json& name) { return name.at("y").get<double>(); };
  std::sort(names.begin(), names.end(),
            [&](const Json& a, const Json& b) { return height(a) < height(b); });
  for (size_t i = 1; i < names.size(); ++i)
    names[i]["y"] = std::max(height(names[i]), height(names[i - 1]) * step);
}

void add_point(Json& data, const Point& point, size_t number) {
  const Run& run = *point.run;
  data["points"].push_back(
      {{"x", point.intensity},
       {"y", run.gflops},
       {"number", std::to_string(number)},
       {"series", (number - 1) % kSeriesColours},
       {"shape", is_native(run) ? "square" : "circle"},
       {"words", fmt::format("{}. {}: {} GFLOP/s at {} flop/B", number, run.title(),
                             show_number(run.gflops), show_number(point.intensity))}});
  if (!(point.attainable > run.gflops)) return;
  data["gaps"].push_back(
      {{"x", point.intensity},
       {"y", run.gflops},
       {"bound", point.attainable},
       {"words", fmt::format("{}. {}: at most {} GFLOP/s by its lower bound", number, run.title(),
                             show_number(point.attainable))}});
}

Table numbers_of(const std::vector<Point>& points) {
  Table table({{"no.", Align::Left},
               {"run", Align::Left},
               {"flop/B"},
               {"GFLOP/s"},
               {"bound GFLOP/s"},
               {"peak GB/s"},
               {"peak GFLOP/s"}});
  for (size_t i = 0; i < points.size(); ++i) {
    const Point& point = points[i];
    table.add_row({std::to_string(i + 1), point.run->title(), show_number(point.intensity),
                   show_number(point.run->gflops), show_number(point.attainable),
                   show_number(point.run->dram_peak_gb_s),
                   show_number(point.run->compute_peak_gflops)});
  }
  return table;
}

std::vector<LegendEntry> legend_of(const std::vector<Point>& points) {
  std::vector<LegendEntry> legend;
  for (size_t i = 0; i < points.size(); ++i)
    legend.push_back({series_class(i), fmt::format("{} {}", i + 1, points[i].run->title())});
  legend.push_back({"tick", "bound by bytes and operations that any mapping needs"});
  return legend;
}

}  // namespace

std::string draw_roofline(const std::vector<const Run*>& runs, const std::string& title) {
  const std::vector<Point> points = points_of(runs);
  if (points.empty()) return {};
  std::set<Roof> roofs;
  for (const Point& point : points) {
    const double gb_s = point.run->dram_peak_gb_s, gflops = point.run->compute_peak_gflops;
    if (gb_s > 0) roofs.insert({point.run->label, gb_s, std::isfinite(gflops) ? gflops : HUGE_VAL});
  }
  const Window window = window_of(points, roofs);
  Json data = {{"points", Json::array()},
               {"roofs", Json::array()},
               {"names", Json::array()},
               {"gaps", Json::array()}};
  for (const Roof& roof : roofs) add_roof(data, roof, window);
  spread_names(data["names"], window);
  for (size_t i = 0; i < points.size(); ++i) add_point(data, points[i], i + 1);
  Plot plot{title, legend_of(points), filled_spec(kRooflineSpec, data), numbers_of(points)};
  plot.spec["scales"][0]["domain"] = {window.x_low, window.x_high};
  plot.spec["scales"][1]["domain"] = {window.y_low, window.y_high};
  plot.spec["axes"] = {number_axis("bottom", "flop per byte of DRAM traffic"),
                       number_axis("left", "GFLOP/s")};
  plot.spec["axes"][0]["values"] = log_ticks(window.x_low, window.x_high);
  plot.spec["axes"][1]["values"] = log_ticks(window.y_low, window.y_high);
  return draw(plot);
}

}  // namespace weft::cli::report
