// SPDX-License-Identifier: Apache-2.0
#include "cli/report/scatter.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "cli/report/html.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

using Role = ScatterPoint::Role;

constexpr double kScatterLeftPercent = 9, kScatterRightPercent = 97;
constexpr double kScatterTopPixels = 22, kScatterBottomPixels = 288, kScatterHeightPixels = 330;
constexpr double kLogarithmicFrom = 8;  // the ratio of the largest value to the least
constexpr int kTicks = 5;

/// A range of values with a little air at its ends, and where they lie on the drawing.
class Scale {
 public:
  Scale(std::vector<double> values, double begin, double end) : begin_(begin), end_(end) {
    const auto [least, most] = std::ranges::minmax(values);
    logarithmic_ = least > 0 && most / least > kLogarithmicFrom;
    low_ = measure(least);
    high_ = measure(most);
    const double air = high_ > low_ ? 0.05 * (high_ - low_) : std::max(1.0, std::abs(high_)) * 0.05;
    low_ -= air;
    high_ += air;
  }

  double at(double value) const {
    return begin_ + (measure(value) - low_) / (high_ - low_) * (end_ - begin_);
  }

  std::vector<double> ticks() const {
    std::vector<double> ticks;
    if (logarithmic_) {
      for (int decade = static_cast<int>(std::floor(low_)); decade <= high_; ++decade) {
        for (const double digit : {1.0, 2.0, 5.0}) add(ticks, digit * std::pow(10.0, decade));
      }
      return ticks;
    }
    const double raw = (high_ - low_) / kTicks;
    const double decade = std::pow(10.0, std::floor(std::log10(raw)));
    const double digit = raw / decade;
    const double step = decade * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    for (double tick = std::ceil(low_ / step) * step; tick <= high_; tick += step)
      add(ticks, std::abs(tick) < step / 2 ? 0 : tick);
    return ticks;
  }

 private:
  double measure(double value) const { return logarithmic_ ? std::log10(value) : value; }
  void add(std::vector<double>& ticks, double tick) const {
    if (measure(tick) >= low_ && measure(tick) <= high_) ticks.push_back(tick);
  }

  double begin_, end_;  // on the drawing
  double low_ = 0, high_ = 1;
  bool logarithmic_ = false;
};

std::string grid(const Scatter& scatter, const Scale& x, const Scale& y) {
  std::string out;
  for (const double tick : x.ticks()) {
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1}\" y2=\"{2}\"/>"
        "<text class=\"mid\" x=\"{0:.2f}%\" y=\"{3}\">{4}</text>\n",
        x.at(tick), kScatterTopPixels, kScatterBottomPixels, kScatterBottomPixels + 18,
        show_number(tick));
  }
  for (const double tick : y.ticks()) {
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0}%\" x2=\"{1}%\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
        "<text class=\"end\" x=\"{3}%\" y=\"{4:.1f}\">{5}</text>\n",
        kScatterLeftPercent, kScatterRightPercent, y.at(tick), kScatterLeftPercent - 1,
        y.at(tick) + 4, show_number(tick));
  }
  return out + fmt::format(
                   "<text class=\"mid\" x=\"{}%\" y=\"{}\">{}</text>"
                   "<text x=\"0\" y=\"12\">{}</text>\n",
                   0.5 * (kScatterLeftPercent + kScatterRightPercent), kScatterHeightPixels - 6,
                   escape(scatter.x_name), escape(scatter.y_name));
}

const char* class_of(Role role) {
  switch (role) {
    case Role::Plain:
      return "s7";
    case Role::OffLimits:
      return "track";
    case Role::Front:
      return "s0";
    case Role::Knee:
      return "s1";
  }
  return "";
}

std::string dot(const ScatterPoint& point, const Scale& x, const Scale& y) {
  const bool stands_out = point.role == Role::Front || point.role == Role::Knee;
  return fmt::format(
      "<circle class=\"{}\" cx=\"{:.2f}%\" cy=\"{:.1f}\" r=\"{}\"><title>{}</title></circle>\n",
      class_of(point.role), x.at(point.x), y.at(point.y), stands_out ? 6 : 4, escape(point.label));
}

std::string front_line(const std::vector<ScatterPoint>& points, const Scale& x, const Scale& y) {
  std::string out;
  const ScatterPoint* before = nullptr;
  for (const ScatterPoint& point : points) {
    if (point.role != Role::Front && point.role != Role::Knee) continue;
    if (before != nullptr) {
      out += fmt::format(
          "<line class=\"roof\" x1=\"{:.2f}%\" y1=\"{:.1f}\" x2=\"{:.2f}%\" y2=\"{:.1f}\"/>\n",
          x.at(before->x), y.at(before->y), x.at(point.x), y.at(point.y));
    }
    before = &point;
  }
  return out;
}

std::string legend(const std::vector<ScatterPoint>& points) {
  struct Entry {
    Role role;
    const char* text;
  };
  constexpr Entry kEntries[] = {{Role::Front, "on the front"},
                                {Role::Knee, "knee"},
                                {Role::Plain, "beaten"},
                                {Role::OffLimits, "outside the constraints"}};
  std::string items;
  for (const Entry& entry : kEntries) {
    if (std::ranges::count(points, entry.role, &ScatterPoint::role) == 0) continue;
    items += fmt::format("<li><i class=\"{}\"></i>{}</li>", class_of(entry.role), entry.text);
  }
  return element("ul", "class=\"legend\"", items);
}

}  // namespace

std::string draw(const Scatter& scatter) {
  if (scatter.points.size() < 2) return {};
  std::vector<double> across, up;
  for (const ScatterPoint& point : scatter.points) {
    across.push_back(point.x);
    up.push_back(point.y);
  }
  const Scale x(across, kScatterLeftPercent, kScatterRightPercent);
  const Scale y(up, kScatterBottomPixels, kScatterTopPixels);
  std::string drawing = fmt::format("<title>{}</title>\n", escape(scatter.title)) +
                        grid(scatter, x, y) + front_line(scatter.points, x, y);
  for (const ScatterPoint& point : scatter.points) drawing += dot(point, x, y);
  return element("h3", "", escape(scatter.title)) + legend(scatter.points) +
         element("svg",
                 fmt::format("role=\"img\" width=\"100%\" height=\"{}\" aria-label=\"{}\"",
                             kScatterHeightPixels, escape(scatter.title)),
                 drawing);
}

}  // namespace weft::cli::report
