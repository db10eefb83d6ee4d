// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/calibrate/measured_rows.h"

namespace weft::cli::calibrate {

/// What is to be fitted, and to which measurements.
struct CalibrationRequest {
  std::vector<MeasuredTable> tables;
  std::vector<Parameter> parameters;
  validate::SuiteContext context;
  size_t limit = 0;   // rows of each table; 0: all
  uint64_t seed = 1;  // of the choice of rows and of folds
};

/// A parameter before and after.
struct FittedParameter {
  Parameter parameter;
  double before = 0;
  std::optional<double> after;  // nothing where no row depends on it
};

/// Mean absolute errors over the rows of a GPU, in percent.
struct GpuFigures {
  std::string device;
  size_t rows = 0;
  double before = 0;    // with the presets
  double fitted = 0;    // with the values of the calibration, which have seen these rows
  double held_out = 0;  // with values that were fitted on other rows only
};

/// The fitted values, and how far they can be trusted.
struct Calibration {
  std::vector<FittedParameter> parameters;
  std::vector<GpuFigures> gpus;
  /// What rows were held out of, for the reader: "other GPUs", or "3 folds".
  std::string held_out_by;
  /// [held out][parameter] the values that each of the other fits gave.
  std::vector<std::vector<double>> held_out_values;
};

/// Fits the parameters to the tables, by the mean absolute error over their rows, and says how well
/// the same fit does on rows that it has not seen: with several GPUs, each is predicted by a fit on
/// the others; with one, each third of its rows by a fit on the other two. A parameter of one
/// compute capability keeps its preset in a fit without such a GPU. Values have three digits.
Calibration calibrate(const CalibrationRequest& request);

}  // namespace weft::cli::calibrate
