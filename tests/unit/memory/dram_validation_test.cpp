// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/dram_validation.h"

#include <cmath>
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/unit/memory/presets.h"

namespace weft::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kHeader =
    "sim,standard,addr_mapper,scheduler,refresh,row_policy,pattern,offered_frac_of_peak,channels,"
    "achieved_GBps,avg_read_latency_ns\n";

class DramValidationTest : public ::testing::Test {
 protected:
  ~DramValidationTest() override { std::filesystem::remove(file_); }

  DramValidation validate(const std::string& text) {
    std::ofstream(file_) << text;
    return validate_dram(file_, {testing::preset_folder()});
  }
  std::vector<std::string> messages_of(const std::string& text) {
    try {
      validate(text);
    } catch (const base::UserError& error) {
      return error.messages();
    }
    return {};
  }

  std::filesystem::path file_ =
      std::filesystem::path(::testing::TempDir()) / "weft_dram_validation_test.csv";
};

TEST_F(DramValidationTest, PredictsEveryRow) {
  const DramValidation validation = validate(
      std::string(kHeader) + "x,DDR4,RoBaRaCoCh,FRFCFS,NoRefresh,Open,stream_rd64,0.1,1,2.56,20\n");
  ASSERT_EQ(validation.rows.size(), 1u);
  const DramValidationRow& row = validation.rows.front();
  EXPECT_NEAR(row.predicted_gb_s, 2.56, 0.1);
  EXPECT_GT(row.predicted_latency_ns, 16);
  EXPECT_DOUBLE_EQ(validation.latency_mape_percent(), std::abs(row.latency_error_percent()));
  EXPECT_DOUBLE_EQ(validation.bandwidth_mape_percent(), std::abs(row.bandwidth_error_percent()));
}

TEST_F(DramValidationTest, MissingColumnsAreNamed) {
  EXPECT_THAT(
      messages_of(
          "standard,addr_mapper,scheduler,refresh,row_policy,pattern,channels,achieved_GBps\n"),
      ElementsAre(HasSubstr(":1:1: missing column 'offered_frac_of_peak'"),
                  HasSubstr(":1:1: missing column 'avg_read_latency_ns'")));
}

TEST_F(DramValidationTest, EveryBadCellIsNamed) {
  EXPECT_THAT(
      messages_of(std::string(kHeader) +
                  "x,DDR6,MOP4CLXOR,FRFCFS,AllBank,Open,stream_rd46,much,1,2.56,20\n"),
      ElementsAre(HasSubstr(":2:1: standard: DRAM 'DDR6': expected one of ddr4"),
                  HasSubstr(":2:1: pattern: expected one of"),
                  HasSubstr(":2:1: offered_frac_of_peak: expected a number, found 'much'")));
}

TEST_F(DramValidationTest, AMissingFileIsNamed) {
  EXPECT_THROW(validate_dram(file_ / "none.csv", {testing::preset_folder()}), base::UserError);
}

TEST(DramValidation, FollowsAnIndependentSimulator) {
  const char* local_data = std::getenv("WEFT_LOCAL_DATA");
  const std::filesystem::path data =
      local_data != nullptr ? local_data : std::filesystem::path(WEFT_SOURCE_DIR) / ".." / "shared";
  const std::filesystem::path table = data / "measured" / "dram" / "load_latency.csv";
  if (!std::filesystem::exists(table))
    GTEST_SKIP() << "optional local data is absent: measured/dram/load_latency.csv";
  const DramValidation validation = validate_dram(table, {testing::preset_folder()});
  EXPECT_LT(validation.latency_mape_percent(), 4);
  EXPECT_LT(validation.bandwidth_mape_percent(), 1.5);
  int64_t outside = 0;
  for (const DramValidationRow& row : validation.rows) {
    EXPECT_LT(std::abs(row.bandwidth_error_percent()), 5)
        << row.standard << " " << row.pattern << " at " << row.offered_fraction;
    if (!row.overloaded && std::abs(row.latency_error_percent()) > 15) ++outside;
  }
  EXPECT_EQ(outside, 2)
      << "docs/deviations-dram.md, deviation 1: HBM3 random 64-byte reads at saturation, two rows";
}

}  // namespace
}  // namespace weft::sim
