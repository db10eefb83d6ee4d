// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/line_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/report/html.h"
#include "cli/text.h"

namespace weft::cli::sweep {

namespace {

constexpr double kPanelWidth = 300, kPanelHeight = 210;
constexpr double kLeft = 52, kRight = 16, kTop = 26, kBottom = 24;
constexpr double kHeader = 34;  // the title and the legend
constexpr double kLetter = 7;   // width of one, at most
constexpr size_t kColumns = 3;
constexpr size_t kColours = 8;

constexpr const char* kStyle =
    "text{font:11px sans-serif;fill:#1c2126}.soft{fill:#5b646d}.rule{stroke:#d9dde1}"
    "polyline{fill:none;stroke-width:1.8;stroke-linejoin:round}.back{fill:#fdfdfc}"
    ".c0{stroke:#3b6fb6;fill:#3b6fb6}.c1{stroke:#c9672a;fill:#c9672a}"
    ".c2{stroke:#2f8a60;fill:#2f8a60}.c3{stroke:#b0486a;fill:#b0486a}"
    ".c4{stroke:#7d62b3;fill:#7d62b3}.c5{stroke:#8f7a16;fill:#8f7a16}"
    ".c6{stroke:#27889a;fill:#27889a}.c7{stroke:#7a828b;fill:#7a828b}"
    "@media(prefers-color-scheme:dark){text{fill:#e6e8ea}.soft{fill:#9aa4ad}.rule{stroke:#343a40}"
    ".back{fill:#14171a}}";

std::string value_of(const Outcome& outcome, const std::string& axis) {
  return axis.empty() ? std::string{} : cell_text(outcome.row.axes.at(axis));
}

/// The values that an axis takes, by the numbers that they state where all do.
std::vector<std::string> values_of(const Analysis& analysis, const std::string& axis) {
  std::vector<std::string> values;
  for (const Outcome& outcome : analysis.outcomes) {
    const std::string value = value_of(outcome, axis);
    if (std::ranges::find(values, value) == values.end()) values.push_back(value);
  }
  const auto states_number = [](const std::string& value) { return number_of(value).has_value(); };
  if (std::ranges::all_of(values, states_number))
    std::ranges::stable_sort(values, {},
                             [](const std::string& value) { return *number_of(value); });
  return values;
}

/// The scale up the side, the same for all panels.
class Scale {
 public:
  explicit Scale(const Analysis& analysis) {
    for (const Outcome& outcome : analysis.outcomes) {
      const double value = outcome.objectives.front();
      if (!std::isfinite(value)) continue;
      least_ = std::min(least_, value);
      most_ = std::max(most_, value);
    }
    logarithmic_ = least_ > 0;
    if (!logarithmic_) least_ = std::min(least_, 0.0);
  }
  bool empty() const { return !(least_ <= most_); }

  double pixel(double value) const {
    const double span = place(most_) - place(least_);
    const double share = span > 0 ? (place(value) - place(least_)) / span : 0.5;
    return kTop + (1 - share) * (kPanelHeight - kTop - kBottom);
  }

  /// Round numbers: 1, 2 and 5 times powers of ten, or tenths of the largest power.
  std::vector<double> ticks() const {
    std::vector<double> ticks;
    if (!logarithmic_) return {0, std::pow(10, std::floor(std::log10(most_))), most_};
    const auto decade_of = [](double value) {
      return static_cast<int>(std::floor(std::log10(value)));
    };
    for (int decade = decade_of(least_); decade <= decade_of(most_); ++decade) {
      for (const double step : {1.0, 2.0, 5.0}) {
        const double tick = step * std::pow(10, decade);
        if (tick >= least_ && tick <= most_) ticks.push_back(tick);
      }
    }
    return ticks;
  }

 private:
  double place(double value) const { return logarithmic_ ? std::log(value) : value; }

  double least_ = std::numeric_limits<double>::infinity();
  double most_ = -std::numeric_limits<double>::infinity();
  bool logarithmic_ = false;
};

/// Draws the panels of a sweep.
class Plot {
 public:
  Plot(const Analysis& analysis, const LinePlotAxes& axes)
      : analysis_(analysis),
        axes_(axes),
        across_(values_of(analysis, axes.over)),
        lines_(values_of(analysis, axes.lines)),
        scale_(analysis) {
    for (const std::string& axis : analysis.sweep.axis_names())
      if (axis != axes.over && axis != axes.lines) others_.push_back(axis);
    for (const Outcome& outcome : analysis.outcomes)
      panels_[panel_of(outcome)] = panel_name(outcome);
  }

  std::string draw() const {
    const size_t columns = std::min(kColumns, panels_.size());
    const double width = kPanelWidth * static_cast<double>(columns);
    const double height =
        kHeader + kPanelHeight * std::ceil(static_cast<double>(panels_.size()) / kColumns);
    const std::string title =
        fmt::format("{}: {} over {}", analysis_.sweep.name, objective(), axes_.over);
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "width=\"{0:.0f}\" "
        "role=\"img\" aria-label=\"{2}\">\n<style>{3}</style><rect class=\"back\" "
        "width=\"{0:.0f}\" "
        "height=\"{1:.0f}\"/>\n<text x=\"4\" y=\"13\">{2}</text>{4}\n",
        width, height, report::escape(title), kStyle, legend());
    size_t place = 0;
    for (const auto& [key, name] : panels_) {
      const size_t row = place / columns;
      out += fmt::format("<g transform=\"translate({:.0f} {:.0f})\">{}</g>\n",
                         kPanelWidth * static_cast<double>(place % columns),
                         kHeader + kPanelHeight * static_cast<double>(row), panel(key, name));
      ++place;
    }
    return out + "</svg>\n";
  }

 private:
  using Key = std::vector<size_t>;  // place of the value of each other axis

  const std::string& objective() const { return analysis_.sweep.objectives.front().name; }

  std::string shown(double value) const {
    return objective_text(analysis_.sweep.objectives.front(), value);
  }

  Key panel_of(const Outcome& outcome) const {
    Key key;
    for (const std::string& axis : others_) {
      const std::vector<std::string> values = values_of(analysis_, axis);
      const auto found = std::ranges::find(values, value_of(outcome, axis));
      key.push_back(static_cast<size_t>(found - values.begin()));
    }
    return key;
  }

  std::string panel_name(const Outcome& outcome) const {
    std::string name;
    for (const std::string& axis : others_)
      name += fmt::format("{}{} {}", name.empty() ? "" : ", ", axis, value_of(outcome, axis));
    constexpr auto kMostLetters = static_cast<size_t>(kPanelWidth / kLetter);
    if (display_width(name) <= kMostLetters) return name;
    size_t end = kMostLetters;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;  // UTF-8
    return name.substr(0, end) + "…";
  }

  std::string legend() const {
    if (axes_.lines.empty()) return {};
    std::string out =
        fmt::format("<text class=\"soft\" x=\"4\" y=\"29\">{}</text>", report::escape(axes_.lines));
    double x = 14 + kLetter * static_cast<double>(axes_.lines.size());
    for (size_t i = 0; i < lines_.size(); ++i) {
      out += fmt::format(
          "<circle class=\"c{}\" cx=\"{:.0f}\" cy=\"25\" r=\"4\"/>"
          "<text x=\"{:.0f}\" y=\"29\">{}</text>",
          i % kColours, x, x + 7, report::escape(lines_[i]));
      x += 20 + kLetter * static_cast<double>(lines_[i].size());
    }
    return out;
  }

  double column(size_t i) const {
    const double width = kPanelWidth - kLeft - kRight - 16;
    const auto steps = static_cast<double>(std::max<size_t>(1, across_.size() - 1));
    return kLeft + 8 + width * static_cast<double>(i) / steps;
  }

  /// How many values share one label, the last one's first, so that labels do not touch.
  size_t labelled_stride() const {
    if (across_.size() < 2) return 1;
    size_t letters = 0;
    for (const std::string& value : across_) letters = std::max(letters, display_width(value) + 1);
    return static_cast<size_t>(
        std::ceil(kLetter * static_cast<double>(letters) / (column(1) - column(0))));
  }

  std::string panel(const Key& key, const std::string& name) const {
    std::string out =
        fmt::format("<text class=\"soft\" x=\"4\" y=\"18\">{}</text>", report::escape(name));
    for (const double tick : scale_.ticks()) {
      out += fmt::format(
          "<line class=\"rule\" x1=\"{0:.0f}\" x2=\"{1:.0f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
          "<text class=\"soft\" text-anchor=\"end\" x=\"{3:.0f}\" y=\"{4:.1f}\">{5}</text>",
          kLeft, kPanelWidth - kRight, scale_.pixel(tick), kLeft - 4, scale_.pixel(tick) + 4,
          shown(tick));
    }
    const size_t stride = labelled_stride();
    for (size_t i = (across_.size() - 1) % stride; i < across_.size(); i += stride)
      out += fmt::format(
          "<text class=\"soft\" text-anchor=\"middle\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>",
          column(i), kPanelHeight - 8, report::escape(across_[i]));
    for (size_t i = 0; i < lines_.size(); ++i) out += line(key, i);
    return out;
  }

  std::string line(const Key& key, size_t place) const {
    std::string points, dots;
    for (size_t i = 0; i < across_.size(); ++i) {
      const auto found = std::ranges::find_if(analysis_.outcomes, [&](const Outcome& outcome) {
        return value_of(outcome, axes_.over) == across_[i] &&
               value_of(outcome, axes_.lines) == lines_[place] && panel_of(outcome) == key &&
               std::isfinite(outcome.objectives.front());
      });
      if (found == analysis_.outcomes.end()) continue;
      const double y = scale_.pixel(found->objectives.front());
      points += fmt::format("{:.1f},{:.1f} ", column(i), y);
      dots +=
          fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.4\"><title>{}</title></circle>",
                      column(i), y, shown(found->objectives.front()));
    }
    return fmt::format("<g class=\"c{}\"><polyline points=\"{}\"/>{}</g>", place % kColours, points,
                       dots);
  }

  const Analysis& analysis_;
  const LinePlotAxes& axes_;
  std::vector<std::string> across_;
  std::vector<std::string> lines_;
  Scale scale_;
  std::vector<std::string> others_;    // axes that make the panels
  std::map<Key, std::string> panels_;  // names
};

void require_axis(const Analysis& analysis, const std::string& option, const std::string& axis) {
  const std::vector<std::string> names = analysis.sweep.axis_names();
  if (std::ranges::find(names, axis) != names.end()) return;
  throw base::UserError(fmt::format("{}: expected an axis of the sweep ({}), found '{}'{}", option,
                                    fmt::join(names, ", "), axis, base::did_you_mean(axis, names)));
}

}  // namespace

std::string line_plot_svg(const Analysis& analysis, const LinePlotAxes& axes) {
  require_axis(analysis, "--over", axes.over);
  if (!axes.lines.empty()) require_axis(analysis, "--lines", axes.lines);
  if (Scale(analysis).empty())
    throw base::UserError(fmt::format("{}: no point is done, so that there is nothing to plot",
                                      analysis.file.string()));
  return Plot(analysis, axes).draw();
}

}  // namespace weft::cli::sweep
