// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/sweep/analysis.h"
#include "cli/text.h"

namespace weft::cli::sweep {

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> names_of(const std::vector<Objective>& objectives) {
  std::vector<std::string> names;
  names.reserve(objectives.size());
  for (const Objective& objective : objectives) names.push_back(objective.name);
  return names;
}

Json objectives_json(const Sweep& sweep, const Outcome& outcome) {
  Json json = Json::object();
  for (size_t i = 0; i < sweep.objectives.size(); ++i)
    json[sweep.objectives[i].name] = number_or_null(outcome.objectives[i]);
  return json;
}

Json point_json(const Analysis& analysis, size_t place) {
  const Outcome& outcome = analysis.outcomes[place];
  return {{"id", outcome.row.id},
          {"axes", outcome.row.axes},
          {"objectives", objectives_json(analysis.sweep, outcome)},
          {"knee", analysis.front.knee == place}};
}

Json effects_json(const Analysis& analysis) {
  Json all = Json::array();
  for (size_t i = 0; i < analysis.effects.size(); ++i) {
    for (const Effect& effect : analysis.effects[i]) {
      all.push_back({{"objective", analysis.sweep.objectives[i].name},
                     {"axis", effect.axis},
                     {"best_value", effect.best_value},
                     {"best_mean", number_or_null(effect.best)},
                     {"worst_value", effect.worst_value},
                     {"worst_mean", number_or_null(effect.worst)},
                     {"ratio", number_or_null(effect.ratio())},
                     {"variance_share", number_or_null(effect.share)}});
    }
  }
  return all;
}

size_t infeasible(const Analysis& analysis) {
  return static_cast<size_t>(
      std::ranges::count_if(analysis.outcomes, [](const Outcome& o) { return !o.feasible; }));
}

}  // namespace

std::string cell_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string objective_text(const Objective& objective, double value) {
  return objective.expression.text() == "time_s" ? show_time(value) : show_number(value);
}

Table front_table(const Analysis& analysis) {
  std::vector<Table::Column> columns;
  for (const std::string& axis : analysis.sweep.axis_names()) columns.push_back({axis});
  for (const Objective& objective : analysis.sweep.objectives) columns.push_back({objective.name});
  columns.push_back({"", Align::Left});
  Table table(columns);
  for (const size_t place : analysis.front.points) {
    const Outcome& outcome = analysis.outcomes[place];
    std::vector<Table::Cell> cells;
    for (const std::string& axis : analysis.sweep.axis_names())
      cells.emplace_back(cell_text(outcome.row.axes.at(axis)));
    for (size_t i = 0; i < outcome.objectives.size(); ++i)
      cells.emplace_back(objective_text(analysis.sweep.objectives[i], outcome.objectives[i]));
    cells.emplace_back(analysis.front.knee == place ? "knee" : "", Emphasis::Good);
    table.add_row(std::move(cells));
  }
  return table;
}

Table effect_table(const Analysis& analysis, size_t objective) {
  Table table({{"axis", Align::Left},
               {"best at"},
               {"mean"},
               {"worst at"},
               {"mean"},
               {"worst/best"},
               {"of variance"}});
  const Objective& what = analysis.sweep.objectives[objective];
  for (const Effect& effect : analysis.effects[objective]) {
    table.add_row({effect.axis, effect.best_value, objective_text(what, effect.best),
                   effect.worst_value, objective_text(what, effect.worst),
                   show_ratio(effect.ratio()), show_percent(effect.share)});
  }
  return table;
}

Table error_table(const Analysis& analysis) {
  std::map<std::string, size_t> errors;
  for (const Row& row : analysis.unfinished) {
    if (row.status == Status::Pending) continue;
    const auto found = row.result.is_object() ? row.result.find("error") : row.result.end();
    const std::string error =
        found != row.result.end() && found->is_string() ? found->get<std::string>() : "unknown";
    ++errors[error.substr(0, error.find('\n'))];
  }
  Table table({{"points"}, {"error", Align::Left}});
  for (const auto& [error, points] : errors) table.add_row({std::to_string(points), error});
  return table;
}

std::string headline(const Analysis& analysis) {
  const Counts& counts = analysis.counts;
  std::string line = fmt::format("{} points: {} done", counts.total(), counts.ok);
  if (counts.failed > 0) line += fmt::format(", {} failed", counts.failed);
  if (counts.timeout > 0) line += fmt::format(", {} took too long", counts.timeout);
  if (counts.pending > 0) line += fmt::format(", {} to do", counts.pending);
  if (!analysis.sweep.constraints.empty())
    line += fmt::format("; {} outside the constraints", infeasible(analysis));
  return line + fmt::format("; {} on the front of {}", analysis.front.points.size(),
                            fmt::join(names_of(analysis.sweep.objectives), ", "));
}

std::string analysis_text(const Analysis& analysis, bool colour) {
  std::string out = headline(analysis) + "\n";
  if (!analysis.front.points.empty()) out += fmt::format("\n{}", front_table(analysis).str(colour));
  for (size_t i = 0; i < analysis.effects.size(); ++i) {
    if (analysis.effects[i].empty()) continue;
    out += fmt::format("\nWhat moves {}:\n{}", analysis.sweep.objectives[i].name,
                       effect_table(analysis, i).str(colour));
  }
  const Table errors = error_table(analysis);
  if (!errors.rows().empty()) out += fmt::format("\n{}", errors.str(colour));
  return out;
}

Json analysis_json(const Analysis& analysis) {
  const Counts& counts = analysis.counts;
  Json json = {{"schema", "weft.sweep/1"},
               {"sweep", analysis.sweep.name},
               {"file", analysis.file.string()},
               {"points",
                {{"total", counts.total()},
                 {"ok", counts.ok},
                 {"failed", counts.failed},
                 {"timeout", counts.timeout},
                 {"pending", counts.pending},
                 {"infeasible", infeasible(analysis)}}},
               {"objectives", Json::array()},
               {"front", Json::array()},
               {"knee", nullptr},
               {"best", Json::object()},
               {"sensitivity", effects_json(analysis)}};
  for (size_t i = 0; i < analysis.sweep.objectives.size(); ++i) {
    const Objective& objective = analysis.sweep.objectives[i];
    json["objectives"].push_back({{"name", objective.name},
                                  {"expression", objective.expression.text()},
                                  {"goal", objective.maximize ? "maximize" : "minimize"}});
    const auto best = best_of(analysis.sweep, analysis.outcomes, i);
    json["best"][objective.name] = best ? point_json(analysis, *best) : Json();
  }
  for (const size_t place : analysis.front.points)
    json["front"].push_back(point_json(analysis, place));
  if (analysis.front.knee) json["knee"] = point_json(analysis, *analysis.front.knee);
  return json;
}

}  // namespace weft::cli::sweep
