// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cli/validate/fixture.h"

namespace weft::cli::validate {
namespace {

using ::testing::ElementsAre;

constexpr const char* kOccupancyHeader =
    "cc,threads_per_block,regs_per_thread,dynamic_smem_bytes,active_blocks_per_sm,"
    "active_warps_per_sm\n";

class OccupancySuiteTest : public SuiteTest {
 protected:
  const SuiteEntry& suite_ = find_suite("occupancy");
};

TEST_F(OccupancySuiteTest, ARowIsRightOrWrong) {
  const Validation validation = run(suite_, std::string(kOccupancyHeader) +
                                                "9.0,256,128,49152,2,16\n"
                                                "9.0,256,128,49152,1,8\n"
                                                "9.0,256,128,49152,2,15\n"
                                                "8.0,1024,65,0,0,0\n");
  std::vector<double> errors;
  for (const ValidatedRow& row : validation.rows)
    errors.push_back(error_percent(std::get<Prediction>(row.outcome)));
  EXPECT_THAT(errors, ElementsAre(0, 100, 100, 0));
  const ValidationSummary summary = summarize(validation);
  EXPECT_EQ(summary.rows, 4u);
  EXPECT_EQ(summary.skipped, 0u);
  EXPECT_DOUBLE_EQ(summary.errors.mape_percent, 50);
  EXPECT_DOUBLE_EQ(summarize_groups(validation).at("8.0").errors.mape_percent, 0);
}

TEST_F(OccupancySuiteTest, EveryDefectOfATableIsReported) {
  EXPECT_THAT(
      defects(suite_,
              std::string(kOccupancyHeader) + "9.1,256,128,0,2,16\n9.0,0,many,-1,2,16\n9.0,1\n"),
      ElementsAre("4:1: expected 6 cells, found 2",
                  "2:1: cc: expected one of 6.0, 6.1, 7.0, 7.2, 7.5, 8.0, 8.6, 8.7, 8.9, 9.0, "
                  "10.0, 10.3, 11.0, 12.0, 12.1, found '9.1'; did you mean '6.1'?",
                  "3:5: threads_per_block: expected a whole number in [1, 1073741824], found '0'",
                  "3:7: regs_per_thread: expected a whole number in [0, 1073741824], found 'many'",
                  "3:12: dynamic_smem_bytes: expected a whole number in [0, 1073741824], found "
                  "'-1'"));
}

TEST_F(OccupancySuiteTest, MissingColumnsAreAllNamed) {
  EXPECT_THAT(
      defects(suite_, "cc,threads,regs_per_thred,dynamic_smem_bytes,active_blocks_per_sm\n7.0,x\n"),
      ElementsAre("2:1: expected 5 cells, found 2", "1:1: missing column 'threads_per_block'",
                  "1:1: missing column 'regs_per_thread'; did you mean 'regs_per_thred'?",
                  "1:1: missing column 'active_warps_per_sm'; did you mean "
                  "'active_blocks_per_sm'?"));
}

}  // namespace
}  // namespace weft::cli::validate
