// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cli/validate/suite.h"

namespace weft::cli::validate {

/// A table, and how much of it is tried.
struct ValidationRequest {
  std::filesystem::path data;
  SuiteContext context;
  size_t limit = 0;   // rows that can run; 0: all
  uint64_t seed = 1;  // of the choice of rows
};

/// A row of the table that was tried.
struct ValidatedRow {
  size_t row = 0;  // of the table
  std::string group;
  std::string curve;          // empty: of none
  double curve_position = 0;  // along the curve
  Outcome outcome;
};

/// A table and what was predicted for it.
struct Validation {
  std::string suite;
  std::string quantity;
  std::string group_column;
  base::CsvTable table;
  std::vector<ValidatedRow> rows;  // in the order of the table
  double wall_s = 0;
  bool complete = true;  // false after Ctrl-C
};

/// The statistics of some rows.
struct ValidationSummary {
  size_t rows = 0;  // predicted
  size_t skipped = 0;
  ErrorStatistics errors;
  std::map<Figure, double> mape_percent;  // of the figures that occur
};

/// The signed error of a row, NaN where it has none.
double error_percent(const Prediction& prediction);

/// Of rows that can run, those to try: all, or `limit` of them, one from each of as many equal
/// stretches of the table, so that a sorted table is sampled evenly. The same seed gives the same
/// rows.
std::vector<size_t> sample_rows(size_t total, size_t limit, uint64_t seed);

/// Reads the whole table, then predicts the rows one by one. UserError with every defect of the
/// table before anything is predicted. Ctrl-C ends it early while a DeferInterrupt lives.
Validation run_validation(const SuiteEntry& entry, const ValidationRequest& request);

/// Over some rows, and over all that were tried.
ValidationSummary summarize(const std::vector<const ValidatedRow*>& rows);
ValidationSummary summarize(const Validation& validation);
/// By the values of the suite's group column.
std::map<std::string, ValidationSummary> summarize_groups(const Validation& validation);
/// By curve; empty where the rows form none.
std::map<std::string, ValidationSummary> summarize_curves(const Validation& validation);

}  // namespace weft::cli::validate
