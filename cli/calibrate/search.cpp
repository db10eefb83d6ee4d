// SPDX-License-Identifier: Apache-2.0
#include "cli/calibrate/search.h"

#include <algorithm>
#include <cmath>

namespace weft::cli::calibrate {

namespace {

constexpr int kGridPoints = 7;
constexpr int kMostRounds = 6;
constexpr double kTolerance = 0.005;  // of a parameter
constexpr double kLeastGain = 0.001;  // of the objective in a round
constexpr double kGolden = 0.6180339887498949;

/// Golden sections of [low, high], which has the least inside; the variable is the logarithm.
double golden_section(double low, double high, const std::function<double(double)>& f) {
  double left = high - kGolden * (high - low);
  double right = low + kGolden * (high - low);
  double f_left = f(left);
  double f_right = f(right);
  while (high - low > kTolerance) {
    if (f_left <= f_right) {
      high = right;
      right = left;
      f_right = f_left;
      left = high - kGolden * (high - low);
      f_left = f(left);
    } else {
      low = left;
      left = right;
      f_left = f_right;
      right = low + kGolden * (high - low);
      f_right = f(right);
    }
  }
  return f_left <= f_right ? left : right;
}

}  // namespace

double minimize(const Range& range, double start, const std::function<double(double)>& objective) {
  const auto f = [&](double logarithm) { return objective(std::exp(logarithm)); };
  const double low = std::log(range.least);
  const double step = (std::log(range.most) - low) / (kGridPoints - 1);
  int best = 0;
  double least = f(low);
  for (int i = 1; i < kGridPoints; ++i) {
    const double value = f(low + i * step);
    if (value < least) {
      least = value;
      best = i;
    }
  }
  const double from = low + std::max(best - 1, 0) * step;
  const double to = low + std::min(best + 1, kGridPoints - 1) * step;
  const double found = std::exp(golden_section(from, to, f));
  return objective(found) < objective(start) ? found : start;
}

std::vector<double> descend(const std::vector<Range>& ranges, std::vector<double> start,
                            const std::function<double(const std::vector<double>&)>& objective) {
  std::vector<double> at = std::move(start);
  double value = objective(at);
  for (int round = 0; round < kMostRounds; ++round) {
    const double before = value;
    for (size_t i = 0; i < ranges.size(); ++i) {
      at[i] = minimize(ranges[i], at[i], [&](double x) {
        std::vector<double> moved = at;
        moved[i] = x;
        return objective(moved);
      });
    }
    value = objective(at);
    if (before - value < kLeastGain * before || ranges.size() < 2) break;
  }
  return at;
}

}  // namespace weft::cli::calibrate
