// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/validation_output.h"

#include <cmath>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/text.h"

namespace weft::cli::validate {

namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(Figure figure) {
  return kFigureNames[static_cast<size_t>(figure)];
}

void write_summary(const ValidationSummary& summary, Json& json) {
  json["rows"] = summary.rows;
  json["skipped"] = summary.skipped;
  const ErrorStatistics& errors = summary.errors;
  json["mape_percent"] = number_or_null(errors.mape_percent);
  json["median_abs_percent"] = number_or_null(errors.median_abs_percent);
  json["p90_abs_percent"] = number_or_null(errors.p90_abs_percent);
  json["max_abs_percent"] = number_or_null(errors.max_abs_percent);
  json["bias_percent"] = number_or_null(errors.bias_percent);
  json["pearson"] = number_or_null(errors.pearson);
  json["spearman"] = number_or_null(errors.spearman);
  for (size_t i = 0; i < kFigureNames.size(); ++i) {
    const auto found = summary.mape_percent.find(static_cast<Figure>(i));
    json[fmt::format("{}_mape_percent", kFigureNames[i])] =
        found == summary.mape_percent.end() ? Json() : number_or_null(found->second);
  }
}

std::vector<Table::Cell> table_row(const std::string& name, const ValidationSummary& summary,
                                   const std::map<Figure, double>& shown) {
  const auto percent = [](double value) { return show_percent(value / 100); };
  const auto coefficient = [](double value) {
    return std::isnan(value) ? std::string("-") : fmt::format("{:.4f}", value);
  };
  const ErrorStatistics& errors = summary.errors;
  std::vector<Table::Cell> cells = {name,
                                    fmt::format("{}", summary.rows),
                                    fmt::format("{}", summary.skipped),
                                    percent(errors.mape_percent),
                                    percent(errors.median_abs_percent),
                                    percent(errors.p90_abs_percent),
                                    percent(errors.max_abs_percent),
                                    show_change(errors.bias_percent / 100),
                                    coefficient(errors.pearson),
                                    coefficient(errors.spearman)};
  for (const auto& [figure, all] : shown) {
    const auto found = summary.mape_percent.find(figure);
    cells.emplace_back(found == summary.mape_percent.end() ? "-" : percent(found->second));
  }
  return cells;
}

/// ",reference,prediction,error" of a comparison, or as many empty cells.
std::string comparison_cells(const Comparison* comparison, double error) {
  if (comparison == nullptr) return ",,,";
  return fmt::format(",{},{},{}", comparison->reference, comparison->prediction,
                     std::isnan(error) ? std::string() : fmt::format("{}", error));
}

std::string row_csv(const ValidatedRow& row, const Validation& validation,
                    const std::set<Figure>& figures) {
  std::string line;
  for (const base::CsvCell& cell : validation.table.rows()[row.row])
    line += base::csv_cell(cell.text) + ',';
  line += validation.quantity;
  const auto* prediction = std::get_if<Prediction>(&row.outcome);
  const bool has_main = prediction != nullptr && prediction->main;
  line += comparison_cells(has_main ? &*prediction->main : nullptr,
                           has_main ? error_percent(*prediction) : 0);
  for (const Figure figure : figures) {
    const bool has = prediction != nullptr && prediction->beside.contains(figure);
    const Comparison* comparison = has ? &prediction->beside.at(figure) : nullptr;
    line += comparison_cells(comparison, has ? comparison->error_percent() : 0);
  }
  const auto* skipped = std::get_if<Skipped>(&row.outcome);
  return line + ',' + base::csv_cell(skipped == nullptr ? "" : skipped->reason) + '\n';
}

}  // namespace

Json validation_json(const Validation& validation) {
  Json json = {{"suite", validation.suite}};
  write_summary(summarize(validation), json);
  json["by_gpu"] = Json::object();
  for (const auto& [group, summary] : summarize_groups(validation))
    write_summary(summary, json["by_gpu"][group]);
  const auto curves = summarize_curves(validation);
  if (!curves.empty()) json["by_curve"] = Json::object();
  for (const auto& [curve, summary] : curves) write_summary(summary, json["by_curve"][curve]);
  json["complete"] = validation.complete;
  json["wall_s"] = validation.wall_s;
  return json;
}

Table validation_table(const Validation& validation) {
  const ValidationSummary all = summarize(validation);
  std::vector<Table::Column> columns = {{validation.group_column, Align::Left},
                                        {"rows"},
                                        {"skipped"},
                                        {"MAPE"},
                                        {"median"},
                                        {"p90"},
                                        {"max"},
                                        {"bias"},
                                        {"Pearson"},
                                        {"Spearman"}};
  for (const auto& [figure, mape] : all.mape_percent)
    columns.push_back({fmt::format("{} MAPE", name_of(figure))});
  Table table(std::move(columns));
  for (const auto& [group, summary] : summarize_groups(validation))
    table.add_row(table_row(group, summary, all.mape_percent));
  table.add_row(table_row("all", all, all.mape_percent));
  return table;
}

std::string validation_rows_csv(const Validation& validation) {
  std::set<Figure> figures;
  for (const auto& [figure, mape] : summarize(validation).mape_percent) figures.insert(figure);
  std::string text;
  for (const base::CsvCell& name : validation.table.names())
    text += base::csv_cell(name.text) + ',';
  text += "quantity,reference,prediction,error_percent";
  for (const Figure figure : figures)
    text += fmt::format(",{0}_reference,{0}_prediction,{0}_error_percent", name_of(figure));
  text += ",skipped\n";
  for (const ValidatedRow& row : validation.rows) text += row_csv(row, validation, figures);
  return text;
}

}  // namespace weft::cli::validate
