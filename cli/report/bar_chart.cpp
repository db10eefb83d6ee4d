// SPDX-License-Identifier: Apache-2.0
#include "cli/report/bar_chart.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "cli/report/plot.h"

namespace weft::cli::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kRowPixels = 40;
constexpr size_t kOthersColour = kSeriesColours - 1;
constexpr double kLetterPixels = 7.5;  // about; the label over a bar leaves room for the value

constexpr const char* kBarSpec = R"json({
  "padding": 0, "autosize": "none",
  "data": [{"name": "bars"}, {"name": "segments"}, {"name": "marks"}],
  "scales": [
    {"name": "x", "range": "width"},
    {"name": "colour", "type": "ordinal", "range": "category", "domain": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}],
  "marks": [
    {"type": "text", "style": "label", "from": {"data": "bars"}, "encode": {"update": {
      "y": {"field": "top", "offset": 9}, "text": {"field": "label"}, "limit": {"signal": "width - datum.room"}}}},
    {"type": "text", "style": "value", "from": {"data": "bars"}, "encode": {"update": {
      "x": {"signal": "width"}, "y": {"field": "top", "offset": 9}, "text": {"field": "value"}}}},
    {"type": "rect", "style": "track", "from": {"data": "bars"}, "encode": {"update": {
      "x": {"value": 0}, "x2": {"signal": "width"}, "y": {"field": "top", "offset": 20}, "height": {"value": 12}}}},
    {"type": "rect", "from": {"data": "segments"}, "encode": {"update": {
      "x": {"scale": "x", "field": "begin"}, "x2": {"scale": "x", "field": "end"},
      "y": {"field": "top", "offset": 20}, "height": {"value": 12},
      "fill": {"scale": "colour", "field": "series"}, "tooltip": {"field": "words"}}}},
    {"type": "rule", "style": "limit", "from": {"data": "marks"}, "encode": {"update": {
      "x": {"scale": "x", "field": "at"}, "y": {"field": "top", "offset": 17}, "y2": {"field": "top", "offset": 35},
      "tooltip": {"field": "words"}}}}]
})json";

struct Range {
  double least = 0;
  double most = 0;
};

/// From zero, or from the least begin where that is less or the axis logarithmic, to the end of the
/// longest bar or of a full one.
Range range_of(const BarChart& chart) {
  Range range{chart.logarithmic ? HUGE_VAL : 0, std::isnan(chart.full) ? 0 : chart.full};
  for (const Bar& bar : chart.bars) {
    for (const Segment& segment : bar.segments) {
      range.least = std::min(range.least, segment.begin);
      range.most = std::max(range.most, segment.end);
    }
    if (!std::isnan(bar.mark)) range.most = std::max(range.most, bar.mark);
  }
  return range;
}

double value_of(const Segment& segment) {
  return std::isnan(segment.value) ? segment.end - segment.begin : segment.value;
}

/// The colour of each series: of its own, or, where there are more series than colours, the last
/// one for those whose largest share of a bar is least.
std::vector<size_t> colours_of(const BarChart& chart) {
  std::vector<size_t> order(chart.series.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::vector<size_t> colours = order;
  if (order.size() <= kSeriesColours) return colours;
  std::vector<double> shares(order.size(), 0.0);
  for (const Bar& bar : chart.bars) {
    double length = 0;
    for (const Segment& segment : bar.segments) length += segment.end - segment.begin;
    for (const Segment& segment : bar.segments) {
      double& share = shares.at(segment.series);
      share = std::max(share, (segment.end - segment.begin) / length);
    }
  }
  std::ranges::stable_sort(order, std::greater<>(), [&](size_t s) { return shares[s]; });
  order.resize(kOthersColour);
  std::ranges::sort(order);
  std::ranges::fill(colours, kOthersColour);
  for (size_t colour = 0; colour < order.size(); ++colour) colours[order[colour]] = colour;
  return colours;
}

Json data_of(const BarChart& chart, const std::vector<size_t>& colours,
             std::string (*show)(double)) {
  Json data = {{"bars", Json::array()}, {"segments", Json::array()}, {"marks", Json::array()}};
  int top = 0;
  for (const Bar& bar : chart.bars) {
    data["bars"].push_back({{"top", top},
                            {"label", bar.label},
                            {"value", bar.value},
                            {"room", kLetterPixels * static_cast<double>(bar.value.size() + 2)}});
    for (const Segment& segment : bar.segments) {
      if (!(segment.end > segment.begin)) continue;
      data["segments"].push_back(
          {{"top", top},
           {"begin", segment.begin},
           {"end", segment.end},
           {"series", colours.at(segment.series)},
           {"words", fmt::format("{}, {}: {}", bar.label, chart.series.at(segment.series),
                                 show(value_of(segment)))}});
    }
    if (!std::isnan(bar.mark)) {
      data["marks"].push_back(
          {{"top", top},
           {"at", bar.mark},
           {"words", fmt::format("{}, {}: {}", bar.label, chart.mark_name, show(bar.mark))}});
    }
    top += kRowPixels;
  }
  return data;
}

std::vector<LegendEntry> legend_of(const BarChart& chart, const std::vector<size_t>& colours) {
  std::vector<LegendEntry> legend;
  const bool others = std::ranges::count(colours, kOthersColour) > 1;
  for (size_t s = 0; chart.series.size() > 1 && s < chart.series.size(); ++s) {
    const bool occurs = std::ranges::any_of(chart.bars, [&](const Bar& bar) {
      return std::ranges::any_of(bar.segments, [&](const Segment& segment) {
        return segment.series == s && segment.end > segment.begin;
      });
    });
    if (occurs && !(others && colours[s] == kOthersColour))
      legend.push_back({series_class(colours[s]), chart.series[s]});
  }
  if (others) legend.push_back({series_class(kOthersColour), "others"});
  if (!chart.mark_name.empty()) legend.push_back({"tick", chart.mark_name});
  return legend;
}

/// The numbers of the chart for those who cannot see it.
Table numbers_of(const BarChart& chart, std::string (*show)(double)) {
  std::vector<Table::Column> columns = {{"", Align::Left}};
  for (const std::string& name : chart.series) columns.push_back({name});
  if (!chart.mark_name.empty()) columns.push_back({chart.mark_name});
  Table table(columns);
  for (const Bar& bar : chart.bars) {
    std::vector<double> sums(chart.series.size(), 0.0);
    for (const Segment& segment : bar.segments) sums.at(segment.series) += value_of(segment);
    std::vector<Table::Cell> cells = {bar.label};
    for (const double sum : sums) cells.emplace_back(show(sum));
    if (!chart.mark_name.empty()) cells.emplace_back(show(bar.mark));
    table.add_row(std::move(cells));
  }
  return table;
}

}  // namespace

std::string draw(const BarChart& chart, std::string (*show)(double)) {
  const Range range = range_of(chart);
  if (!(range.most > range.least)) return {};
  const std::vector<size_t> colours = colours_of(chart);
  Plot plot{chart.title, legend_of(chart, colours),
            filled_spec(kBarSpec, data_of(chart, colours, show)), numbers_of(chart, show)};
  plot.spec["height"] = kRowPixels * chart.bars.size();
  Json& scale = plot.spec["scales"][0];
  scale["type"] = chart.logarithmic ? "log" : "linear";
  scale["domain"] = {range.least, range.most};
  if (!chart.axis_name.empty()) {
    plot.spec["padding"] = {{"bottom", 42}};
    Json axis = number_axis("bottom", chart.axis_name);
    axis["zindex"] = 0;
    if (chart.logarithmic) axis["values"] = log_ticks(range.least, range.most);
    plot.spec["axes"] = Json::array({axis});
  }
  return draw(plot);
}

}  // namespace weft::cli::report
