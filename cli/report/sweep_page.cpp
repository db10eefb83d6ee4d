// SPDX-License-Identifier: Apache-2.0
#include "cli/report/sweep_page.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/report/bar_chart.h"
#include "cli/report/html.h"
#include "cli/report/scatter.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

using sweep::Analysis;
using sweep::Objective;
using sweep::Outcome;

constexpr size_t kMostRows = 2000;

std::string label_of(const Analysis& analysis, const Outcome& outcome) {
  std::string label;
  for (const std::string& axis : analysis.sweep.axis_names())
    label += fmt::format("{} {}, ", axis, sweep::cell_text(outcome.row.axes.at(axis)));
  for (size_t i = 0; i < outcome.objectives.size(); ++i) {
    label +=
        fmt::format("{}{} {}", i == 0 ? "" : ", ", analysis.sweep.objectives[i].name,
                    sweep::objective_text(analysis.sweep.objectives[i], outcome.objectives[i]));
  }
  return label;
}

/// What an axis of a plot says: the unit is known where the objective is a plain value of results.
std::string axis_title(const Objective& objective) {
  const std::pair<const char*, const char*> units[] = {
      {"time_s", "s"}, {"energy_j.total", "J"}, {"area_mm2", "mm²"}, {"power_w", "W"}};
  const std::string& text = objective.expression.text();
  for (const auto& [path, unit] : units) {
    if (text == path) return fmt::format("{} in {}", objective.name, unit);
  }
  return text == objective.name ? text : fmt::format("{} ({})", objective.name, text);
}

enum Role : size_t { kFront, kKnee, kBeaten, kOffLimits };

/// The points over two objectives; those of the front last, in its order, so that they lie on top.
Scatter pareto_plot(const Analysis& analysis, size_t x, size_t y) {
  const std::string x_name = analysis.sweep.objectives[x].name;
  const std::string y_name = analysis.sweep.objectives[y].name;
  Scatter scatter{fmt::format("{} over {}", y_name, x_name),
                  axis_title(analysis.sweep.objectives[x]),
                  axis_title(analysis.sweep.objectives[y]),
                  {{"on the front", "s0", true},
                   {"knee", "s1", true},
                   {"beaten", "s7"},
                   {"outside the constraints", "faint"}},
                  {},
                  analysis.sweep.objectives.size() == 2};
  const auto add = [&](size_t place, Role role) {
    const Outcome& outcome = analysis.outcomes[place];
    const double across = outcome.objectives[x], up = outcome.objectives[y];
    if (std::isfinite(across) && std::isfinite(up))
      scatter.points.push_back({across, up, role, label_of(analysis, outcome)});
  };
  for (size_t i = 0; i < analysis.outcomes.size(); ++i) {
    if (std::ranges::count(analysis.front.points, i) > 0) continue;
    add(i, analysis.outcomes[i].feasible ? kBeaten : kOffLimits);
  }
  for (const size_t place : analysis.front.points)
    add(place, analysis.front.knee == place ? kKnee : kFront);
  return scatter;
}

/// A bar for each axis, from the best to the worst mean: a tornado.
std::string tornado(const Analysis& analysis, size_t objective) {
  const std::string& name = analysis.sweep.objectives[objective].name;
  BarChart chart{fmt::format("What moves {}", name),
                 {"from the best to the worst mean"},
                 "",
                 {},
                 axis_title(analysis.sweep.objectives[objective])};
  for (const sweep::Effect& effect : analysis.effects[objective]) {
    const double least = std::min(effect.best, effect.worst);
    const double most = std::max(effect.best, effect.worst);
    if (!(least >= 0)) return {};
    chart.bars.push_back({effect.axis,
                          fmt::format("{}, {} of the variance", show_ratio(effect.ratio()),
                                      show_percent(effect.share)),
                          {{0, least, most}}});
  }
  return draw(chart, show_number) + html_table(sweep::effect_table(analysis, objective),
                                               "Means over all values of the other axes");
}

std::string all_points(const Analysis& analysis) {
  std::vector<Table::Column> columns;
  for (const std::string& axis : analysis.sweep.axis_names()) columns.push_back({axis});
  for (const Objective& objective : analysis.sweep.objectives) columns.push_back({objective.name});
  Table table(columns);
  for (const Outcome& outcome : analysis.outcomes) {
    if (table.rows().size() == kMostRows) break;
    std::vector<Table::Cell> cells;
    for (const std::string& axis : analysis.sweep.axis_names())
      cells.emplace_back(sweep::cell_text(outcome.row.axes.at(axis)));
    for (size_t i = 0; i < outcome.objectives.size(); ++i)
      cells.emplace_back(
          sweep::objective_text(analysis.sweep.objectives[i], outcome.objectives[i]));
    table.add_row(std::move(cells));
  }
  const std::string caption =
      analysis.outcomes.size() > kMostRows
          ? fmt::format("The first {} points of {}", kMostRows, analysis.outcomes.size())
          : "Every point that is done";
  return folded("all points", html_table(table, caption));
}

std::string plots(const Analysis& analysis) {
  std::string out;
  for (size_t y = 1; y < analysis.sweep.objectives.size(); ++y)
    out += draw(pareto_plot(analysis, 0, y));
  return out.empty() ? out : element("h2", "", "Front") + out;
}

std::string objective_list(const Analysis& analysis) {
  std::string items;
  for (const Objective& objective : analysis.sweep.objectives) {
    items += element("li", "",
                     escape(fmt::format("{} {}: {}", objective.maximize ? "most" : "least",
                                        objective.name, objective.expression.text())));
  }
  for (const sweep::Expression& constraint : analysis.sweep.constraints)
    items += element("li", "", escape(fmt::format("only where {}", constraint.text())));
  return element("ul", "", items);
}

}  // namespace

std::string sweep_page(const Analysis& analysis) {
  const std::string& name = analysis.sweep.name;
  std::string body = element("h1", "", escape(name));
  if (!analysis.sweep.about.empty()) body += element("p", "", escape(analysis.sweep.about));
  body += element("p", "", escape(sweep::headline(analysis) + ".")) + objective_list(analysis);
  if (!analysis.front.points.empty())
    body += html_table(sweep::front_table(analysis), "Points that no other one beats");
  body += plots(analysis);
  std::string effects;
  for (size_t i = 0; i < analysis.effects.size(); ++i) {
    if (!analysis.effects[i].empty()) effects += tornado(analysis, i);
  }
  if (!effects.empty()) body += element("h2", "", "Sensitivity") + effects;
  body += element("h2", "", "Points") + all_points(analysis);
  const Table errors = sweep::error_table(analysis);
  if (!errors.rows().empty())
    body += element("h2", "", "Without a result") + html_table(errors, "Errors");
  body += element("h2", "", "How to run this again") +
          element("pre", "",
                  escape(fmt::format("./weft sweep {} -o {}", analysis.sweep.file.string(),
                                     analysis.file.string())));
  return html_page(name, body);
}

}  // namespace weft::cli::report
