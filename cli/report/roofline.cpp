// SPDX-License-Identifier: Apache-2.0
#include "cli/report/roofline.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "cli/report/bar_chart.h"
#include "cli/report/html.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

constexpr double kLeftPercent = 9, kRightPercent = 98;
constexpr double kTopPixels = 12, kBottomPixels = 288, kHeightPixels = 330;

/// A range of whole decades, and where its values lie on the drawing.
class LogAxis {
 public:
  LogAxis(double least, double most, double begin, double end)
      : low_(std::floor(std::log10(least))),
        high_(std::ceil(std::log10(most))),
        begin_(begin),
        end_(end) {
    if (high_ <= low_) high_ = low_ + 1;
  }

  double at(double value) const {
    const double fraction = (std::log10(value) - low_) / (high_ - low_);
    return begin_ + std::clamp(fraction, 0.0, 1.0) * (end_ - begin_);
  }
  double low() const { return std::pow(10.0, low_); }
  double high() const { return std::pow(10.0, high_); }
  int first_decade() const { return static_cast<int>(low_); }
  int last_decade() const { return static_cast<int>(high_); }

 private:
  double low_, high_;   // powers of ten
  double begin_, end_;  // on the drawing
};

struct Point {
  const Run* run;
  double intensity;  // flop/B
  double gflops;
  double attainable;  // GFLOP/s at the run's lower bound; NaN where it has none
};

std::vector<Point> points_of(const std::vector<const Run*>& runs) {
  std::vector<Point> points;
  for (const Run* run : runs) {
    const Point point{run, run->flops / run->dram_bytes, run->gflops,
                      run->flops / run->floor_s * 1e-9};
    if (std::isfinite(point.intensity) && point.intensity > 0 && point.gflops > 0)
      points.push_back(point);
  }
  return points;
}

std::string grid(const LogAxis& x, const LogAxis& y) {
  std::string out;
  for (int decade = x.first_decade(); decade <= x.last_decade(); ++decade) {
    const double value = std::pow(10.0, decade);
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1}\" y2=\"{2}\"/>"
        "<text class=\"mid\" x=\"{0:.2f}%\" y=\"{3}\">{4}</text>\n",
        x.at(value), kTopPixels, kBottomPixels, kBottomPixels + 18, show_number(value));
  }
  for (int decade = y.first_decade(); decade <= y.last_decade(); ++decade) {
    const double value = std::pow(10.0, decade);
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0}%\" x2=\"{1}%\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
        "<text class=\"end\" x=\"{3}%\" y=\"{4:.1f}\">{5}</text>\n",
        kLeftPercent, kRightPercent, y.at(value), kLeftPercent - 1, y.at(value) + 4,
        show_number(value));
  }
  return out + fmt::format(
                   "<text class=\"mid\" x=\"{}%\" y=\"{}\">flop per byte of DRAM traffic</text>\n",
                   0.5 * (kLeftPercent + kRightPercent), kHeightPixels - 6);
}

/// The bandwidth roof gflops = intensity * gb_s, cut to the drawing.
std::string roof(double gb_s, const LogAxis& x, const LogAxis& y) {
  const double begin = std::max(x.low(), y.low() / gb_s);
  const double end = std::min(x.high(), y.high() / gb_s);
  if (begin >= end) return {};
  return fmt::format(
      "<line class=\"roof\" x1=\"{:.2f}%\" y1=\"{:.1f}\" x2=\"{:.2f}%\" y2=\"{:.1f}\"><title>{} "
      "GB/s"
      "</title></line>\n",
      x.at(begin), y.at(begin * gb_s), x.at(end), y.at(end * gb_s), show_number(gb_s));
}

std::string mark(const Point& point, size_t number, const LogAxis& x, const LogAxis& y) {
  const double across = x.at(point.intensity);
  const double down = y.at(point.gflops);
  std::string out;
  if (std::isfinite(point.attainable) && point.attainable > point.gflops) {
    out += fmt::format(
        "<line class=\"gap\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<line class=\"mark\" x1=\"{3:.2f}%\" x2=\"{4:.2f}%\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>\n",
        across, down, y.at(point.attainable), across - 0.7, across + 0.7);
  }
  return out + fmt::format(
                   "<circle class=\"{}\" cx=\"{:.2f}%\" cy=\"{:.1f}\" r=\"9\"><title>{}: {} "
                   "GFLOP/s</title>"
                   "</circle><text class=\"mid dot\" x=\"{:.2f}%\" y=\"{:.1f}\">{}</text>\n",
                   series_class(number - 1), across, down, escape(point.run->title()),
                   show_number(point.gflops), across, down + 4, number);
}

Table numbers(const std::vector<Point>& points) {
  Table table({{"no.", Align::Left},
               {"run", Align::Left},
               {"flop/B"},
               {"GFLOP/s"},
               {"bound GFLOP/s"},
               {"peak GB/s"}});
  for (size_t i = 0; i < points.size(); ++i) {
    const Point& point = points[i];
    table.add_row({std::to_string(i + 1), point.run->title(), show_number(point.intensity),
                   show_number(point.gflops), show_number(point.attainable),
                   show_number(point.run->dram_peak_gb_s)});
  }
  return table;
}

std::string plot(const std::vector<Point>& points, const std::string& title) {
  double least_x = points[0].intensity, most_x = least_x, least_y = points[0].gflops,
         most_y = least_y;
  std::set<double> peaks;
  for (const Point& point : points) {
    least_x = std::min(least_x, point.intensity);
    most_x = std::max(most_x, point.intensity);
    least_y = std::min(least_y, point.gflops);
    most_y =
        std::max({most_y, point.gflops, std::isfinite(point.attainable) ? point.attainable : 0.0});
    if (point.run->dram_peak_gb_s > 0) peaks.insert(point.run->dram_peak_gb_s);
  }
  const LogAxis x(least_x, most_x, kLeftPercent, kRightPercent);
  const LogAxis y(least_y, most_y, kBottomPixels, kTopPixels);
  std::string drawing = fmt::format("<title>{}</title>\n", escape(title)) + grid(x, y);
  for (const double peak : peaks) drawing += roof(peak, x, y);
  for (size_t i = 0; i < points.size(); ++i) drawing += mark(points[i], i + 1, x, y);
  return element("svg",
                 fmt::format("role=\"img\" width=\"100%\" height=\"{}\" aria-label=\"{}\"",
                             kHeightPixels, escape(title)),
                 drawing);
}

}  // namespace

std::string draw_roofline(const std::vector<const Run*>& runs, const std::string& title) {
  const std::vector<Point> points = points_of(runs);
  if (points.empty()) return {};
  return element("h3", "", escape(title)) +
         element("p", "class=\"note\"",
                 "GFLOP/s over flop per byte. The slanted line is the DRAM bandwidth; the tick "
                 "over a run is its own "
                 "lower bound of time.") +
         plot(points, title) + html_table(numbers(points), "Runs by number");
}

}  // namespace weft::cli::report
