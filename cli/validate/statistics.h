// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace weft::cli::validate {

/// A measured value and what is predicted instead.
struct Comparison {
  double reference = 0;
  double prediction = 0;

  /// Signed, relative to the reference; NaN where that is 0.
  double error_percent() const;
};

/// How well predictions follow a table, over absolute values of errors in percent but for the bias.
/// NaN where a figure is undefined: every one of them without rows, a correlation where one side
/// does not vary.
struct ErrorStatistics {
  double mape_percent;  // mean
  double median_abs_percent;
  double p90_abs_percent;  // the quantile between neighbours is interpolated
  double max_abs_percent;
  double bias_percent;  // mean of the signed errors
  double pearson;       // correlation of predictions with references
  double spearman;      // the same of their ranks; ties share the mean of their ranks
};

/// Precondition: as many errors as comparisons; they are given apart because a suite may count them
/// in its own way.
ErrorStatistics error_statistics(std::span<const Comparison> comparisons,
                                 std::span<const double> errors_percent);

/// The mean of the absolute values; NaN for none.
double mean_absolute(std::span<const double> values);

}  // namespace weft::cli::validate
