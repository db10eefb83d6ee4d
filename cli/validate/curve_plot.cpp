// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/curve_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include <fmt/format.h>

namespace weft::cli::validate {

namespace {

constexpr double kPanelWidth = 190;
constexpr double kPanelHeight = 120;
constexpr double kPlotHeight = 92;
constexpr double kMargin = 8;
constexpr size_t kColumns = 6;
constexpr size_t kMostPoints = 40;

struct CurvePoint {
  double position;
  Comparison comparison;
};

/// Values on a logarithmic axis of so many pixels; those below 1 count as 1.
class LogAxis {
 public:
  explicit LogAxis(double pixels) : pixels_(pixels) {}

  void include(double value) {
    least_ = std::min(least_, logarithm(value));
    most_ = std::max(most_, logarithm(value));
  }
  double pixel(double value) const {
    const double span = std::max(most_ - least_, 1e-9);
    return pixels_ * (logarithm(value) - least_) / span;
  }

 private:
  static double logarithm(double value) { return std::log(std::max(value, 1.0)); }

  double pixels_;
  double least_ = std::numeric_limits<double>::infinity();
  double most_ = -std::numeric_limits<double>::infinity();
};

std::map<std::string, std::vector<CurvePoint>> points_of(const Validation& validation) {
  std::map<std::string, std::vector<CurvePoint>> curves;
  for (const ValidatedRow& row : validation.rows) {
    const auto* prediction = std::get_if<Prediction>(&row.outcome);
    if (prediction == nullptr || !prediction->main || row.curve.empty()) continue;
    curves[row.curve].push_back({row.curve_position, *prediction->main});
  }
  return curves;
}

std::vector<CurvePoint> thinned(const std::vector<CurvePoint>& points) {
  if (points.size() <= kMostPoints) return points;
  std::vector<CurvePoint> kept;
  for (size_t i = 0; i < kMostPoints; ++i)
    kept.push_back(points[i * (points.size() - 1) / (kMostPoints - 1)]);
  return kept;
}

std::string panel(const std::string& curve, double mape_percent,
                  const std::vector<CurvePoint>& points) {
  LogAxis across(kPanelWidth - 2 * kMargin);
  LogAxis up(kPlotHeight - 2 * kMargin);
  for (const CurvePoint& point : points) {
    across.include(point.position);
    up.include(point.comparison.reference);
    up.include(point.comparison.prediction);
  }
  std::string dots;
  std::string line;
  for (const CurvePoint& point : points) {
    const double x = kMargin + across.pixel(point.position);
    const auto y = [&](double value) { return kPlotHeight - kMargin - up.pixel(value); };
    // A segment of no length with round ends is a dot.
    dots += fmt::format("M{:.0f} {:.1f}h0", x, y(point.comparison.reference));
    line += fmt::format("{:.0f},{:.1f} ", x, y(point.comparison.prediction));
  }
  return fmt::format(
      "<rect class=\"frame\" width=\"{:.0f}\" height=\"{:.0f}\"/>"
      "<polyline points=\"{}\"/><path d=\"{}\"/>"
      "<text x=\"2\" y=\"{:.0f}\">{}: {:.1f} %</text>",
      kPanelWidth - kMargin, kPlotHeight, line, dots, kPlotHeight + 11, curve, mape_percent);
}

}  // namespace

std::string curve_plot_svg(const Validation& validation) {
  const auto curves = points_of(validation);
  const auto summaries = summarize_curves(validation);
  std::string panels;
  size_t place = 0;
  for (const auto& [curve, points] : curves) {
    const size_t row = place / kColumns;
    panels += fmt::format("<g transform=\"translate({:.0f} {:.0f})\">{}</g>\n",
                          kMargin + kPanelWidth * static_cast<double>(place % kColumns),
                          kMargin + kPanelHeight * static_cast<double>(row),
                          panel(curve, summaries.at(curve).errors.mape_percent, thinned(points)));
    ++place;
  }
  const size_t rows = (place + kColumns - 1) / kColumns;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\">\n"
      "<style>text{{font:8px sans-serif}}.frame{{fill:#fff;stroke:#ccc}}polyline{{fill:none;"
      "stroke:#06c}}path{{stroke:#c30;stroke-width:2.4;stroke-linecap:round}}</style>\n{}</svg>\n",
      kMargin + kPanelWidth * static_cast<double>(kColumns),
      kMargin + kPanelHeight * static_cast<double>(rows), panels);
}

}  // namespace weft::cli::validate
