// SPDX-License-Identifier: Apache-2.0
#include "cli/report/bar_chart.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/report/html.h"

namespace weft::cli::report {

namespace {

constexpr size_t kColours = 8;
constexpr double kRowPixels = 40;
constexpr double kBarTopPixels = 20;
constexpr double kBarPixels = 12;

double longest(const BarChart& chart) {
  double length = 0;
  for (const Bar& bar : chart.bars) {
    for (const Segment& segment : bar.segments) length = std::max(length, segment.end);
    if (!std::isnan(bar.mark)) length = std::max(length, bar.mark);
  }
  return length;
}

const std::string& series_name(const BarChart& chart, const Segment& segment) {
  return chart.series.at(segment.series);
}

std::string draw_bar(const BarChart& chart, const Bar& bar, double top, double scale,
                     std::string (*show)(double)) {
  std::string out = fmt::format(
      "<text x=\"0\" y=\"{0}\">{1}</text><text x=\"100%\" y=\"{0}\" class=\"end "
      "value\">{2}</text>\n"
      "<rect class=\"track\" x=\"0\" y=\"{3}\" width=\"100%\" height=\"{4}\"/>\n",
      top + 14, escape(bar.label), escape(bar.value), top + kBarTopPixels, kBarPixels);
  for (const Segment& segment : bar.segments) {
    const double width = (segment.end - segment.begin) * scale;
    if (!(width > 0)) continue;
    out += fmt::format(
        "<rect class=\"{}\" x=\"{:.3f}%\" y=\"{}\" width=\"{:.3f}%\" height=\"{}\"><title>{}: "
        "{}</title></rect>\n",
        series_class(segment.series), segment.begin * scale, top + kBarTopPixels, width, kBarPixels,
        escape(series_name(chart, segment)), escape(show(segment.end - segment.begin)));
  }
  if (!std::isnan(bar.mark)) {
    out += fmt::format(
        "<line class=\"mark\" x1=\"{0:.3f}%\" x2=\"{0:.3f}%\" y1=\"{1}\" y2=\"{2}\"/>\n",
        bar.mark * scale, top + kBarTopPixels - 3, top + kBarTopPixels + kBarPixels + 3);
  }
  return out;
}

std::string legend(const BarChart& chart) {
  std::string items;
  if (chart.series.size() > 1) {
    for (size_t s = 0; s < chart.series.size(); ++s) {
      items +=
          fmt::format("<li><i class=\"{}\"></i>{}</li>", series_class(s), escape(chart.series[s]));
    }
  }
  if (!chart.mark_name.empty())
    items += fmt::format("<li><i class=\"tick\"></i>{}</li>", escape(chart.mark_name));
  return items.empty() ? items : element("ul", "class=\"legend\"", items);
}

/// The numbers of the chart for those who cannot see it.
Table numbers(const BarChart& chart, std::string (*show)(double)) {
  std::vector<Table::Column> columns = {{"", Align::Left}};
  for (const std::string& name : chart.series) columns.push_back({name});
  if (!chart.mark_name.empty()) columns.push_back({chart.mark_name});
  Table table(columns);
  for (const Bar& bar : chart.bars) {
    std::vector<double> sums(chart.series.size(), 0.0);
    for (const Segment& segment : bar.segments)
      sums.at(segment.series) += segment.end - segment.begin;
    std::vector<Table::Cell> cells = {bar.label};
    for (const double sum : sums) cells.emplace_back(show(sum));
    if (!chart.mark_name.empty()) cells.emplace_back(show(bar.mark));
    table.add_row(std::move(cells));
  }
  return table;
}

}  // namespace

std::string series_class(size_t series) {
  return fmt::format("s{}", series % kColours);
}

std::string draw(const BarChart& chart, std::string (*show)(double)) {
  const double length = longest(chart);
  if (chart.bars.empty() || !(length > 0)) return {};
  std::string drawing = fmt::format("<title>{}</title>\n", escape(chart.title));
  double top = 0;
  for (const Bar& bar : chart.bars) {
    drawing += draw_bar(chart, bar, top, 100.0 / length, show);
    top += kRowPixels;
  }
  const std::string attributes = fmt::format(
      "role=\"img\" width=\"100%\" height=\"{}\" aria-label=\"{}\"", top, escape(chart.title));
  return element("h3", "", escape(chart.title)) + legend(chart) +
         element("svg", attributes, drawing) +
         folded("as a table", html_table(numbers(chart, show), chart.title));
}

}  // namespace weft::cli::report
