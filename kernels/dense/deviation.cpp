// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/deviation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace weft::dense {

namespace {

double mean_magnitude(std::span<const double> values) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  const auto finite = static_cast<double>(std::ranges::count_if(values, is_finite));
  double mean = 0;
  for (const double value : values) mean += is_finite(value) ? std::abs(value) / finite : 0;
  return mean;
}

double relative_error(double found, double expected, double mean) {
  if (found == expected || (std::isnan(found) && std::isnan(expected))) return 0;
  if (!std::isfinite(found) || !std::isfinite(expected))
    return std::numeric_limits<double>::infinity();
  return std::abs(found - expected) / std::max({std::abs(expected), mean, 1e-300});
}

}  // namespace

void compare_elements(const std::string& tensor, std::span<const double> found,
                      std::span<const double> expected, size_t first, Deviation& deviation) {
  const double mean = mean_magnitude(expected);
  for (size_t i = first; i < expected.size(); ++i) {
    const double error = relative_error(found[i], expected[i], mean);
    if (error > deviation.tolerance && deviation.passed()) {
      deviation.first_mismatch =
          fmt::format("{}[{}]: expected {}, found {}", tensor, i, expected[i], found[i]);
    }
    deviation.max_rel_error = std::max(deviation.max_rel_error, error);
  }
}

}  // namespace weft::dense
