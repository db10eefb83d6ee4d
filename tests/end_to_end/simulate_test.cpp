// SPDX-License-Identifier: Apache-2.0
// Simulations as their users ask for them.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/local_data.h"
#include "tests/support/source_sums.h"
#include "tests/support/weft_command.h"

namespace weft {
namespace {

using testing::Contains;
using testing::HasSubstr;

class Simulate : public tests::Command {
 protected:
  nlohmann::json result_of(const std::string& arguments) const {
    const tests::Outcome run = weft("simulate -m piuma-smash --json - " + arguments);
    EXPECT_EQ(run.status, 0) << run.err;
    return nlohmann::json::parse(run.out, nullptr, false);
  }
};

TEST_F(Simulate, ARectangularMatrixMeetsItsTransposeByDefault) {
  write("wide.mtx",
        "%%MatrixMarket matrix coordinate real general\n2 3 4\n1 1 1.0\n1 2 2.0\n2 2 3.0\n"
        "2 3 -1.0\n");
  const nlohmann::json result = result_of("-k smash_v3 -i A=wide.mtx");
  EXPECT_EQ(result.at("verified").at("passed"), true);
  EXPECT_EQ(result.at("work").at("products"), 6);
  EXPECT_EQ(result.at("work").at("nnz_out"), 4);
}

TEST_F(Simulate, EveryStepIsAttributedToAFileAndALine) {
  const nlohmann::json steps =
      result_of("-k smash_v2 -i A=rmat:scale=5,edges=100,seed=1").at("by_source");
  std::vector<std::string> files;
  for (const nlohmann::json& step : steps) {
    files.push_back(step.at("file"));
    EXPECT_GT(step.at("line"), 0);
  }
  EXPECT_THAT(files, Contains("spgemm_base.yaml"));
  EXPECT_THAT(files, Contains("smash_v1.yaml"));
  EXPECT_THAT(files, Contains("smash_v2.yaml"));
}

TEST_F(Simulate, CausesOfAllLinesAddUpToTheStallsOfTheRun) {
  for (const char* kernel : {"smash_v1", "smash_v3", "spgemm_row_hash", "spgemm_outer"})
    tests::expect_lines_add_up_to_stalls(
        result_of(std::string("-k ") + kernel + " -i A=rmat:scale=5,edges=100,seed=1"));
}

TEST_F(Simulate, AUnitThatTheMachineLacksIsNamed) {
  const std::string without =
      "simulate -m piuma-smash -i A=rmat:scale=5,edges=100,seed=1 --set dma.engines_per_core=0 -k ";
  const tests::Outcome refused = weft(without + "smash_v3");
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("smash_v3.yaml:7:12: error: hold B: via: dma needs a DMA "
                                     "engine, which the machine lacks"));
  EXPECT_EQ(weft(without + "spgemm_row_hash").status, 0) << "its holds say fallback: load";
}

TEST_F(Simulate, TwoDmaEnginesBringWhatOneWaitsFor) {
  const std::string few =
      "-k smash_v3 -i A=rmat:scale=10,edges=8000,seed=1 --set dma.outstanding=2 "
      "--set dma.engines_per_core=";
  const nlohmann::json one = result_of(few + "1");
  const nlohmann::json two = result_of(few + "2");
  EXPECT_TRUE(two.at("verified").at("passed"));
  EXPECT_LT(two.at("time_s").get<double>(), 0.8 * one.at("time_s").get<double>());
  EXPECT_EQ(two.at("energy_j").at("dma"), one.at("energy_j").at("dma")) << "the same requests";
}

/// The counts of the square of a matrix of the SuiteSparse collection, as its table gives them.
TEST_F(Simulate, ARealMatrixGivesItsKnownProduct) {
  const auto matrix = testing_support::local_data("matrices/lns_3937.mtx.gz");
  if (!matrix) GTEST_SKIP() << "the optional local data is absent";
  const nlohmann::json result = result_of("-k smash_v3 -i A=" + matrix->string());
  EXPECT_EQ(result.at("verified").at("passed"), true);
  EXPECT_EQ(result.at("work").at("products"), 190'725);
  EXPECT_EQ(result.at("work").at("nnz_out"), 98'373);
}

}  // namespace
}  // namespace weft
