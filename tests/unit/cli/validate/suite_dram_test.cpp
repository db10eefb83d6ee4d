// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/local_data.h"
#include "tests/support/sanitized.h"
#include "tests/unit/cli/validate/fixture.h"

namespace weft::cli::validate {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

constexpr const char* kHeader =
    "standard,addr_mapper,scheduler,refresh,row_policy,pattern,offered_frac_of_peak,channels,"
    "achieved_GBps,avg_read_latency_ns,overloaded\n";

class DramSuiteTest : public SuiteTest {
 protected:
  const SuiteEntry& suite_ = find_suite("dram");
};

TEST_F(DramSuiteTest, PredictsLatencyAndBandwidth) {
  const Validation validation =
      run(suite_, std::string(kHeader) +
                      "DDR4,RoBaRaCoCh,FRFCFS,NoRefresh,Open,stream_rd64,0.1,1,2.56,20,0\n");
  const auto& prediction = std::get<Prediction>(validation.rows.at(0).outcome);
  EXPECT_EQ(prediction.main->reference, 20);
  EXPECT_GT(prediction.main->prediction, 16);
  EXPECT_NEAR(prediction.beside.at(Figure::Bandwidth).prediction, 2.56, 0.1);
  EXPECT_EQ(validation.rows[0].group, "DDR4");
}

TEST_F(DramSuiteTest, AnOverloadedMemoryHasABandwidthOnly) {
  const Validation validation =
      run(suite_, std::string(kHeader) +
                      "DDR4,RoBaRaCoCh,FRFCFS,NoRefresh,Open,rand_rd64,1,1,11.1,123456,1\n");
  EXPECT_FALSE(std::get<Prediction>(validation.rows.at(0).outcome).main);
  const ValidationSummary summary = summarize(validation);
  EXPECT_EQ(summary.rows, 1u);
  EXPECT_TRUE(std::isnan(summary.errors.mape_percent));
  EXPECT_LT(summary.mape_percent.at(Figure::Bandwidth), 10);
}

TEST_F(DramSuiteTest, EveryBadCellIsNamed) {
  EXPECT_THAT(defects(suite_, std::string(kHeader) +
                                  "DDR6,MOP4CLXOR,FRFCFS,AllBank,Open,stream_rd46,1.5,1,much,20,0\n"
                                  "DDR6,MOP4,FRFCFS,AllBank,Open,stream_rd64,0.5,0,1,-1,yes\n"),
              ElementsAre(StartsWith("2:1: standard: DRAM 'DDR6': expected one of ddr4"),
                          StartsWith("2:36: pattern: expected one of "),
                          "2:48: offered_frac_of_peak: expected at most 1, found '1.5'",
                          "2:54: achieved_GBps: expected a number above 0, found 'much'",
                          StartsWith("3:1: standard: DRAM 'DDR6': expected one of ddr4"),
                          "3:6: addr_mapper: expected one of MOP4CLXOR, RoBaRaCoCh, found 'MOP4'",
                          "3:47: channels: expected a whole number in [1, 1024], found '0'",
                          "3:54: overloaded: expected a whole number in [0, 1], found 'yes'",
                          "3:51: avg_read_latency_ns: expected a number above 0, found '-1'"));
}

TEST(DramSuite, FollowsAnIndependentSimulator) {
  const auto table = testing_support::local_data("measured/dram/load_latency.csv");
  if (!table) GTEST_SKIP() << "optional local data is absent: measured/dram/load_latency.csv";
  if (tests::kSanitized) GTEST_SKIP() << "takes a minute under sanitizers";
  const std::filesystem::path configs = std::filesystem::path(WEFT_SOURCE_DIR) / "configs";
  const Validation validation =
      run_validation(find_suite("dram"), {.data = *table, .context = {configs, {}}});
  const ValidationSummary summary = summarize(validation);
  EXPECT_LT(summary.errors.mape_percent, 4);
  EXPECT_LT(summary.mape_percent.at(Figure::Bandwidth), 1.5);
  int64_t outside = 0;
  for (const ValidatedRow& row : validation.rows) {
    const auto& prediction = std::get<Prediction>(row.outcome);
    EXPECT_LT(std::abs(prediction.beside.at(Figure::Bandwidth).error_percent()), 5)
        << "row " << row.row;
    if (std::abs(error_percent(prediction)) > 15) ++outside;
  }
  EXPECT_EQ(outside, 2)
      << "docs/deviations-dram.md, deviation 1: HBM3 random 64-byte reads at saturation, two rows";
}

}  // namespace
}  // namespace weft::cli::validate
