// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/statistics.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace weft::cli::validate {
namespace {

ErrorStatistics statistics_of(const std::vector<Comparison>& comparisons) {
  std::vector<double> errors;
  for (const Comparison& comparison : comparisons) errors.push_back(comparison.error_percent());
  return error_statistics(comparisons, errors);
}

TEST(Comparison, ErrorIsRelativeToTheReference) {
  EXPECT_DOUBLE_EQ((Comparison{4, 5}).error_percent(), 25);
  EXPECT_DOUBLE_EQ((Comparison{-4, -5}).error_percent(), -25);
  EXPECT_TRUE(std::isnan((Comparison{0, 5}).error_percent()));
}

TEST(ErrorStatistics, AreOfAbsoluteErrorsButForTheBias) {
  // errors: -10, 20, -30, 40, 0 %
  const ErrorStatistics errors =
      statistics_of({{100, 90}, {100, 120}, {200, 140}, {100, 140}, {50, 50}});
  EXPECT_DOUBLE_EQ(errors.mape_percent, 20);
  EXPECT_DOUBLE_EQ(errors.median_abs_percent, 20);
  EXPECT_DOUBLE_EQ(errors.p90_abs_percent, 36);
  EXPECT_DOUBLE_EQ(errors.max_abs_percent, 40);
  EXPECT_DOUBLE_EQ(errors.bias_percent, 4);
}

TEST(ErrorStatistics, PearsonIsOneOnALineAndSpearmanOnAnyRisingCurve) {
  const ErrorStatistics line = statistics_of({{1, 3}, {2, 5}, {3, 7}});
  EXPECT_DOUBLE_EQ(line.pearson, 1);
  const ErrorStatistics curve = statistics_of({{1, 1}, {2, 8}, {3, 27}, {4, 64}});
  EXPECT_LT(curve.pearson, 0.97);
  EXPECT_DOUBLE_EQ(curve.spearman, 1);
  EXPECT_DOUBLE_EQ(statistics_of({{1, 3}, {2, 2}, {3, 1}}).spearman, -1);
}

TEST(ErrorStatistics, TiesShareTheMeanOfTheirRanks) {
  // Ranks 0.5 0.5 2 3 against 0 1 2 3: covariance 4.5, variances 4.5 and 5.
  EXPECT_NEAR(statistics_of({{1, 1}, {1, 2}, {2, 3}, {3, 4}}).spearman, 4.5 / std::sqrt(4.5 * 5),
              1e-12);
}

TEST(ErrorStatistics, AreUndefinedWithoutRowsOrWithoutVariation) {
  const ErrorStatistics none = statistics_of({});
  for (const double figure : {none.mape_percent, none.median_abs_percent, none.p90_abs_percent,
                              none.max_abs_percent, none.bias_percent, none.pearson, none.spearman})
    EXPECT_TRUE(std::isnan(figure));
  const ErrorStatistics one = statistics_of({{2, 3}});
  EXPECT_DOUBLE_EQ(one.p90_abs_percent, 50);
  EXPECT_TRUE(std::isnan(one.pearson));
  EXPECT_TRUE(std::isnan(statistics_of({{2, 3}, {2, 4}}).spearman));
}

}  // namespace
}  // namespace weft::cli::validate
