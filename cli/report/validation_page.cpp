// SPDX-License-Identifier: Apache-2.0
#include "cli/report/validation_page.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "cli/report/bar_chart.h"
#include "cli/report/html.h"
#include "cli/report/plot.h"
#include "cli/report/scatter.h"
#include "cli/report/sections.h"
#include "cli/text.h"
#include "cli/validate/validation_output.h"

namespace weft::cli::report {

namespace {

using validate::Comparison;
using validate::Validation;

constexpr size_t kMostPoints = 2000;  // drawn; more make a page slow

struct Row {
  const validate::ValidatedRow* row;
  Comparison comparison;
  double error_percent;
};

/// The rows with a prediction; of very many some, evenly.
std::vector<Row> rows_of(const Validation& validation) {
  std::vector<Row> all;
  for (const validate::ValidatedRow& row : validation.rows) {
    const auto* prediction = std::get_if<validate::Prediction>(&row.outcome);
    if (prediction == nullptr || !prediction->main) continue;
    all.push_back({&row, *prediction->main, validate::error_percent(*prediction)});
  }
  if (all.size() <= kMostPoints) return all;
  std::vector<Row> some;
  for (size_t i = 0; i < kMostPoints; ++i) some.push_back(all[i * all.size() / kMostPoints]);
  return some;
}

/// A scatter plot of the rows over their measurements, in a colour for each group.
template <class Height>
std::string plot(const std::vector<Row>& rows, Scatter scatter, Height height) {
  std::vector<std::string> groups;
  for (const Row& row : rows) {
    const double x = row.comparison.reference, y = height(row);
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    const std::string label =
        fmt::format("{}, row {}: measured {}, predicted {}, {}", row.row->group, row.row->row + 1,
                    show_number(x), show_number(row.comparison.prediction),
                    show_change(row.error_percent / 100));
    scatter.points.push_back({x, y, series_of(groups, row.row->group), label});
  }
  for (size_t g = 0; g < groups.size(); ++g) scatter.series.push_back({groups[g], series_class(g)});
  return draw(scatter);
}

std::string group_errors(const Validation& validation) {
  BarChart chart{fmt::format("Mean absolute error by {}", validation.group_column),
                 {"mean absolute error"},
                 "largest",
                 {}};
  for (const auto& [group, summary] : validate::summarize_groups(validation)) {
    const double mape = summary.errors.mape_percent / 100;
    if (!std::isfinite(mape)) continue;
    chart.bars.push_back({group,
                          fmt::format("{} of {} rows", show_percent(mape), summary.rows),
                          {{0, 0.0, mape}},
                          summary.errors.max_abs_percent / 100});
  }
  return draw(chart, show_percent);
}

}  // namespace

std::string validation_page(const Validation& validation) {
  const std::vector<Row> rows = rows_of(validation);
  const std::string& quantity = validation.quantity;
  const validate::ValidationSummary all = validate::summarize(validation);
  std::string body = element("h1", "", escape("Validation of " + validation.suite));
  body += element(
      "p", "",
      escape(fmt::format("{} rows, {} skipped; {} is off by {} on average.", all.rows, all.skipped,
                         quantity, show_percent(all.errors.mape_percent / 100))));
  body += html_table(validate::validation_table(validation), "Errors");
  if (rows.size() == kMostPoints)
    body += element("p", "class=\"note\"", fmt::format("The plots show {} rows.", kMostPoints));
  body += element("h2", "", "Predictions");
  body += plot(rows,
               {"Predicted over measured, equal on the line",
                quantity + ", measured",
                quantity + ", predicted",
                {},
                {},
                false,
                true},
               [](const Row& row) { return row.comparison.prediction; });
  body += plot(
      rows,
      {"Signed error over the measured value", quantity + ", measured", "error in percent", {}, {}},
      [](const Row& row) { return row.error_percent; });
  return html_page("Validation of " + validation.suite, body + group_errors(validation));
}

}  // namespace weft::cli::report
