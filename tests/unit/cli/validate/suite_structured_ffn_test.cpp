// SPDX-License-Identifier: Apache-2.0
// The published latencies of StructuredFFN's feed-forward blocks on an A100.
#include <cmath>
#include <map>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sanitized.h"
#include "tests/unit/cli/validate/fixture.h"

namespace weft::cli::validate {
namespace {

constexpr const char* kForms[] = {"lowrank", "blockdense", "blockshuffle"};

/// Of all rows, or of `limit` of them.
Validation validated(size_t limit = 0) {
  const std::filesystem::path root = WEFT_SOURCE_DIR;
  return run_validation(find_suite("ffn"),
                        {.data = root / "traces/published/structured_ffn_a100.csv",
                         .context = {root / "configs", {}},
                         .limit = limit});
}

/// Errors of the curves of figure 4 in percent, by the name of the curve and the width.
std::map<std::string, std::map<double, double>> figure4_errors(const Validation& validation) {
  std::map<std::string, std::map<double, double>> errors;
  for (const ValidatedRow& row : validation.rows) {
    if (row.curve.find(" d=") != std::string::npos) continue;
    const Comparison& main = *std::get<Prediction>(row.outcome).main;
    errors[row.curve][row.curve_position] = 100 * (main.prediction / main.reference - 1);
  }
  return errors;
}

/// Times of few tokens by the name of the curve ("lowrank d=2048"), in the order of the table,
/// which is that of their numbers.
std::map<std::string, std::vector<Comparison>> few_tokens(const Validation& validation) {
  std::map<std::string, std::vector<Comparison>> curves;
  for (const ValidatedRow& row : validation.rows) {
    if (row.curve.find(" d=") != std::string::npos)
      curves[row.curve].push_back(*std::get<Prediction>(row.outcome).main);
  }
  return curves;
}

/// The first place in the table where a form is faster than the dense block by more than the
/// reading error of the plot.
std::optional<size_t> crossover(const std::vector<Comparison>& dense,
                                const std::vector<Comparison>& form, double Comparison::*value) {
  for (size_t place = 0; place < dense.size(); ++place) {
    if (form[place].*value < 0.97 * dense[place].*value) return place;
  }
  return std::nullopt;
}

/// SystemC elaborates once in a process, so one test looks at all curves.
TEST(StructuredFfnSuite, LatenciesAndCrossoversAreNearThePublishedOnes) {
  constexpr size_t kSome = 7;  // rows, over the whole table, are enough for sanitizers
  const Validation validation = validated(tests::kSanitized ? kSome : 0);
  if (tests::kSanitized) {
    EXPECT_EQ(validation.rows.size(), kSome);
    return;
  }
  auto errors = figure4_errors(validation);
  ASSERT_EQ(errors.size(), 7U);
  for (const auto& [curve, by_width] : errors) {
    double sum = 0;
    for (const auto& [width, error] : by_width) {
      sum += std::abs(error);
      const bool narrow = width < 2048 || (curve == "blockdense 32 %" && width == 2048);
      EXPECT_LT(std::abs(error), narrow ? 30 : 15) << curve << ", d = " << width;
    }
    EXPECT_LT(sum / static_cast<double>(by_width.size()), 15) << curve;
  }
  auto curves = few_tokens(validation);
  int exact = 0;
  for (const char* width : {"2048", "3072", "5120", "6144"}) {
    const auto& dense = curves.at(std::string("dense d=") + width);
    for (const std::string form : kForms) {
      const auto& own = curves.at(form + " d=" + width);
      const auto measured = crossover(dense, own, &Comparison::reference);
      const auto simulated = crossover(dense, own, &Comparison::prediction);
      ASSERT_TRUE(measured && simulated) << form << ", d = " << width;
      EXPECT_LE(std::max(*measured, *simulated) - std::min(*measured, *simulated), 1U)
          << form << ", d = " << width;
      exact += *measured == *simulated ? 1 : 0;
    }
  }
  EXPECT_GE(exact, 9) << "of twelve";
}

class StructuredFfnTable : public SuiteTest {};

TEST_F(StructuredFfnTable, DefectsAreReported) {
  EXPECT_THAT(defects(find_suite("ffn"),
                      "gpu,curve,form,d,tokens,rank,blocks,latency_ms\n"
                      "a card,c,lowrnk,0,8,1,4,1\n"),
              testing::ElementsAre(testing::HasSubstr("gpu: "), testing::HasSubstr("form: "),
                                   testing::HasSubstr("d: expected a whole number")));
}

}  // namespace
}  // namespace weft::cli::validate
