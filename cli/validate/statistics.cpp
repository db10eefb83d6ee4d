// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "base/error.h"

namespace weft::cli::validate {

namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double mean(std::span<const double> values) {
  if (values.empty()) return kUndefined;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Precondition: `sorted` rises.
double quantile(std::span<const double> sorted, double share) {
  if (sorted.empty()) return kUndefined;
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

double correlation(std::span<const double> a, std::span<const double> b) {
  const double mean_a = mean(a);
  const double mean_b = mean(b);
  double covariance = 0;
  double variance_a = 0;
  double variance_b = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    covariance += (a[i] - mean_a) * (b[i] - mean_b);
    variance_a += (a[i] - mean_a) * (a[i] - mean_a);
    variance_b += (b[i] - mean_b) * (b[i] - mean_b);
  }
  if (!(variance_a > 0 && variance_b > 0)) return kUndefined;
  // Rounding may put a perfect correlation beyond 1.
  return std::clamp(covariance / std::sqrt(variance_a * variance_b), -1.0, 1.0);
}

std::vector<double> ranks(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t left, size_t right) { return values[left] < values[right]; });
  std::vector<double> result(values.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double shared = static_cast<double>(begin + end - 1) / 2;
    for (; begin < end; ++begin) result[order[begin]] = shared;
  }
  return result;
}

}  // namespace

double Comparison::error_percent() const {
  return reference == 0 ? kUndefined : 100 * (prediction - reference) / std::abs(reference);
}

double mean_absolute(std::span<const double> values) {
  std::vector<double> magnitudes;
  for (const double value : values) magnitudes.push_back(std::abs(value));
  return mean(magnitudes);
}

ErrorStatistics error_statistics(std::span<const Comparison> comparisons,
                                 std::span<const double> errors_percent) {
  WEFT_CHECK(comparisons.size() == errors_percent.size(), "one error for each comparison");
  std::vector<double> magnitudes;
  for (const double error : errors_percent) magnitudes.push_back(std::abs(error));
  std::sort(magnitudes.begin(), magnitudes.end());
  std::vector<double> references;
  std::vector<double> predictions;
  for (const Comparison& comparison : comparisons) {
    references.push_back(comparison.reference);
    predictions.push_back(comparison.prediction);
  }
  return {.mape_percent = mean(magnitudes),
          .median_abs_percent = quantile(magnitudes, 0.5),
          .p90_abs_percent = quantile(magnitudes, 0.9),
          .max_abs_percent = quantile(magnitudes, 1),
          .bias_percent = mean(errors_percent),
          .pearson = correlation(references, predictions),
          .spearman = correlation(ranks(references), ranks(predictions))};
}

}  // namespace weft::cli::validate
