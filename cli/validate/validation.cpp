// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/validation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/random.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"

namespace weft::cli::validate {

namespace {

/// The jobs of all rows; throws what is wrong with the table or any row.
std::vector<Job> read_jobs(Suite& suite, const base::CsvTable& table,
                           base::Diagnostics& diagnostics) {
  // Without names of columns there is nothing more to say about them, nor without one about cells.
  if (table.names().empty() || !table.require(suite.columns(), diagnostics))
    diagnostics.throw_if_any();
  std::vector<Job> jobs;
  jobs.reserve(table.rows().size());
  for (size_t row = 0; row < table.rows().size(); ++row)
    jobs.push_back(suite.read(base::CsvRow(table, row, diagnostics)));
  diagnostics.throw_if_any();
  return jobs;
}

/// The rows to go through, in the order of the table: as many of those that can run as are asked
/// for, and beside them all that are skipped, which are counted.
std::vector<size_t> choose_rows(const std::vector<Job>& jobs, const ValidationRequest& request) {
  std::vector<size_t> chosen;
  std::vector<size_t> able;
  for (size_t row = 0; row < jobs.size(); ++row) (jobs[row].skips() ? chosen : able).push_back(row);
  for (const size_t place : sample_rows(able.size(), request.limit, request.seed))
    chosen.push_back(able[place]);
  std::ranges::sort(chosen);
  return chosen;
}

}  // namespace

double error_percent(const Prediction& prediction) {
  if (prediction.error_percent) return *prediction.error_percent;
  return prediction.main ? prediction.main->error_percent()
                         : std::numeric_limits<double>::quiet_NaN();
}

std::vector<size_t> sample_rows(size_t total, size_t limit, uint64_t seed) {
  const size_t count = limit == 0 ? total : std::min(limit, total);
  base::Xoshiro256 random(seed);
  std::vector<size_t> rows;
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = i * total / count;
    const size_t end = (i + 1) * total / count;
    rows.push_back(begin + random.below(end - begin));
  }
  return rows;
}

Validation run_validation(const SuiteEntry& entry, const ValidationRequest& request) {
  const auto begin = std::chrono::steady_clock::now();
  const std::unique_ptr<Suite> suite = entry.make(request.context);
  if (!request.context.settings.empty() && !suite->simulates_gpus())
    throw base::UserError(fmt::format("--set: '{}' simulates no machine", entry.name));
  base::Diagnostics diagnostics;
  Validation validation{.suite = std::string(entry.name),
                        .quantity = suite->quantity(),
                        .group_column = suite->group_column(),
                        .table = suite->load(request.data, diagnostics),
                        .rows = {}};
  const std::vector<Job> jobs = read_jobs(*suite, validation.table, diagnostics);
  const std::vector<size_t> chosen = choose_rows(jobs, request);
  Progress progress(chosen.size());
  for (const size_t row : chosen) {
    validation.complete = !interrupted();
    if (!validation.complete) break;
    const base::CsvRow cells(validation.table, row, diagnostics);
    ValidatedRow tried;
    tried.row = row;
    tried.group = cells.text(validation.group_column);
    if (const auto curve = suite->curve_column()) {
      tried.curve = cells.text(*curve);
      tried.curve_position = cells.number(suite->curve_position_column());
    }
    progress.show(validation.rows.size(), tried.group);
    tried.outcome = jobs[row]();
    validation.rows.push_back(std::move(tried));
  }
  validation.wall_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return validation;
}

ValidationSummary summarize(const std::vector<const ValidatedRow*>& rows) {
  ValidationSummary summary;
  std::vector<Comparison> comparisons;
  std::vector<double> errors;
  std::map<Figure, std::vector<double>> beside;
  for (const ValidatedRow* row : rows) {
    const auto* prediction = std::get_if<Prediction>(&row->outcome);
    ++(prediction == nullptr ? summary.skipped : summary.rows);
    if (prediction == nullptr) continue;
    for (const auto& [figure, comparison] : prediction->beside) {
      const double beside_error = comparison.error_percent();
      if (!std::isnan(beside_error)) beside[figure].push_back(beside_error);
    }
    const double error = error_percent(*prediction);
    if (std::isnan(error)) continue;
    comparisons.push_back(*prediction->main);
    errors.push_back(error);
  }
  summary.errors = error_statistics(comparisons, errors);
  for (const auto& [figure, figure_errors] : beside)
    summary.mape_percent[figure] = mean_absolute(figure_errors);
  return summary;
}

namespace {

std::map<std::string, ValidationSummary> summarize_by(const Validation& validation,
                                                      std::string ValidatedRow::*name) {
  std::map<std::string, std::vector<const ValidatedRow*>> members;
  for (const ValidatedRow& row : validation.rows) members[row.*name].push_back(&row);
  std::map<std::string, ValidationSummary> groups;
  for (const auto& [group, rows] : members) groups.emplace(group, summarize(rows));
  return groups;
}

}  // namespace

ValidationSummary summarize(const Validation& validation) {
  std::vector<const ValidatedRow*> all;
  for (const ValidatedRow& row : validation.rows) all.push_back(&row);
  return summarize(all);
}

std::map<std::string, ValidationSummary> summarize_groups(const Validation& validation) {
  return summarize_by(validation, &ValidatedRow::group);
}

std::map<std::string, ValidationSummary> summarize_curves(const Validation& validation) {
  auto curves = summarize_by(validation, &ValidatedRow::curve);
  curves.erase("");
  return curves;
}

}  // namespace weft::cli::validate
