// SPDX-License-Identifier: Apache-2.0
// The published figures of pavlyhalim/GPPerf (tiled-matmul-analysis, an RTX 4070).
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cli/validate/fixture.h"

namespace weft::cli::validate {
namespace {

using Points = std::map<double, Comparison>;  // by tile

/// The curves of the published table.
std::map<std::string, Points> published() {
  const std::filesystem::path root = WEFT_SOURCE_DIR;
  const Validation validation =
      run_validation(find_suite("naive"), {.data = root / "traces/published/naive_gemm_rtx4070.csv",
                                           .context = {root / "configs", {}}});
  std::map<std::string, Points> curves;
  for (const ValidatedRow& row : validation.rows)
    curves[row.curve][row.curve_position] = *std::get<Prediction>(row.outcome).main;
  return curves;
}

/// SystemC elaborates once in a process, so one test looks at all curves.
TEST(NaiveSuite, TilesRankAsPublished) {
  auto curves = published();
  ASSERT_EQ(curves.size(), 6U);
  const Points& times = curves.at("8192 x 8192 x 8192 ms");
  for (const double tile : {4.0, 8.0, 32.0}) {
    const double measured = times.at(tile).reference / times.at(16).reference;
    const double simulated = times.at(tile).prediction / times.at(16).prediction;
    EXPECT_NEAR(simulated / measured, 1, 0.15) << "tile " << tile << " over 16";
  }
  for (const auto& [tile, time] : times) EXPECT_NEAR(time.prediction / time.reference, 1, 0.2);

  const Points& watts = curves.at("8192 x 8192 x 8192 W");
  for (const auto& [larger, smaller] : {std::pair{8, 4}, std::pair{16, 8}, std::pair{32, 16}})
    EXPECT_LT(watts.at(larger).prediction, watts.at(smaller).prediction) << "tile " << larger;

  // B fits the L2 where k is short: nothing but the pipes tells 8, 16 and 32 apart.
  const Points& short_sums = curves.at("8192 x 8192 x 1024 ms");
  for (const double tile : {8.0, 32.0})
    EXPECT_LT(short_sums.at(tile).prediction, 1.25 * short_sums.at(16).prediction) << tile;
}

class NaiveTable : public SuiteTest {};

TEST_F(NaiveTable, DefectsAreReported) {
  EXPECT_THAT(
      defects(find_suite("naive"),
              "gpu,curve,M,N,K,tile,unit,measured\n"
              "a card,c,8,8,8,33,s,1\n"),
      testing::ElementsAre(testing::HasSubstr("gpu: "),
                           testing::HasSubstr("tile: expected a whole number in [1, 32]"),
                           testing::HasSubstr("unit: expected one of ms, process_w, found 's'")));
}

}  // namespace
}  // namespace weft::cli::validate
