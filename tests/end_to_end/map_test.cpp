// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/support/local_data.h"
#include "tests/support/sanitized.h"
#include "tests/support/weft_command.h"

namespace weft::tests {
namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

const std::string kMatrix = " -i A=rmat:scale=7,edges=900,seed=1";

class Map : public Command {
 protected:
  json map(const std::string& arguments) const {
    const Outcome outcome = weft("map " + arguments + " --json map.json");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome.status == 0 ? json::parse(text_of(folder_ / "map.json")) : json::object();
  }

  /// A search and the whole of its space: the gap that is printed covers the true one, the choice
  /// is near the best, and few mappings were simulated for it.
  void check_against_all(const std::string& arguments, double tolerance = 1.03) const {
    const json chosen = map(arguments);
    const json all = map(arguments + " --exhaustive");
    const double best_s = all.at("best").at("time_s");
    const double chosen_s = chosen.at("best").at("time_s");
    EXPECT_TRUE(all.at("proved"));
    EXPECT_EQ(all.at("best").at("bound_s"), best_s);
    EXPECT_LE(chosen_s, tolerance * best_s) << arguments;
    EXPECT_LE(chosen.at("best").at("bound_s"), best_s);
    EXPECT_GE(chosen.at("best").at("gap").get<double>(), chosen_s / best_s - 1);
    EXPECT_LE(20 * chosen.at("simulations").get<int>(), all.at("simulations").get<int>());
    for (const json& each : all.at("ranked")) EXPECT_LE(each.at("bound_s"), each.at("time_s"));
  }
};

TEST_F(Map, FillsTheHolesOfSmashNearlyAsWellAsTryingAll) {
  check_against_all("-k smash_open -m piuma-smash" + kMatrix);
}

TEST_F(Map, WritesAMappingThatGivesItsTimeAgain) {
  const std::string place = " -m piuma-die" + kMatrix;
  const json mapped = map("-k smash_open" + place + " --budget 4sims -o best.yaml");
  ASSERT_EQ(weft("simulate -k smash_open --mapping best.yaml --json result.json" + place).status,
            0);
  const json result = json::parse(text_of(folder_ / "result.json"));
  EXPECT_EQ(result.at("time_s"), mapped.at("best").at("time_s"));
  EXPECT_EQ(result.at("mapping"), mapped.at("best").at("mapping"));
  EXPECT_TRUE(result.at("verified").at("passed"));
  EXPECT_EQ(weft("check best.yaml").out, "best.yaml: ok\n");
}

TEST_F(Map, IsNeverSlowerThanNoSearch) {
  for (const std::string run : {"-k gemm -m piuma-die -p M=48 -p N=40 -p K=32",
                                "-k gemm24 -m a100-sxm-80gb -p M=512 -p N=512 -p K=512"}) {
    ASSERT_EQ(weft("simulate --no-values --json plain.json " + run).status, 0);
    const json plain = json::parse(text_of(folder_ / "plain.json"));
    for (const char* budget : {" --budget 1sims", " --budget 6sims"})
      EXPECT_LE(map(run + budget).at("best").at("time_s"), plain.at("time_s")) << run << budget;
  }
}

TEST_F(Map, WritesATileMappingThatGivesItsTimeAgain) {
  if (kSanitized)
    GTEST_SKIP() << "codegen replays a mapping of tiles, WritesAMappingThatGivesItsTimeAgain one "
                    "of rows";
  const json mapped =
      map("-k gemm -m a100-pcie-40gb -p M=512 -p N=512 -p K=512 --budget 6sims -o best.yaml");
  ASSERT_EQ(weft("simulate -k gemm --mapping best.yaml -m a100-pcie-40gb --json r.json").status, 0);
  EXPECT_EQ(json::parse(text_of(folder_ / "r.json")).at("time_s"), mapped.at("best").at("time_s"));
}

TEST_F(Map, WritesNoWordThatTheChosenAccumulatorDoesNotKnow) {
  const std::string place = " -m piuma-die" + kMatrix;
  const json mapped = map("-k spgemm_row_open" + place + " -o best.yaml");
  ASSERT_EQ(mapped.at("best").at("mapping").at("schedule").at("mul").at("accum").at("Z").at("kind"),
            "dense");
  ASSERT_EQ(weft("simulate -k spgemm_row_open --mapping best.yaml --json r.json" + place).status,
            0);
  EXPECT_EQ(json::parse(text_of(folder_ / "r.json")).at("time_s"), mapped.at("best").at("time_s"));
}

TEST_F(Map, BoundsLoopNestsOnBothKindsOfMachines) {
  for (const char* machine : {"piuma-smash", "h200"}) {
    const std::string place = " -m " + std::string(machine) + " -p T=16 -p channels=64";
    const json mapped = map("-k ssm_scan" + place + " -o best.yaml");
    const double best_s = mapped.at("best").at("time_s");
    EXPECT_GT(mapped.at("best").at("bound_s").get<double>(), best_s / 2) << machine;
    for (const json& each : mapped.at("ranked")) EXPECT_LE(each.at("bound_s"), each.at("time_s"));
    ASSERT_EQ(weft("simulate -k ssm_scan --mapping best.yaml --json r.json" + place).status, 0);
    EXPECT_EQ(json::parse(text_of(folder_ / "r.json")).at("time_s"), best_s) << machine;
    const Outcome explained = weft("show --explain best.yaml" + place);
    EXPECT_THAT(explained.out, ContainsRegex("latency +[0-9.]+ us")) << explained.err;
  }
}

TEST_F(Map, ProductsThatAGpuHasNoWalkOfRowsForAreLoopNests) {
  const json mapped = map("-k spgemm_inner -m h200 -i A=rmat:scale=5,edges=90,seed=1 -o best.yaml");
  ASSERT_EQ(weft("simulate -k spgemm_inner -m h200 -i A=rmat:scale=5,edges=90,seed=1 --mapping "
                 "best.yaml --json r.json")
                .status,
            0);
  EXPECT_EQ(json::parse(text_of(folder_ / "r.json")).at("time_s"), mapped.at("best").at("time_s"));
}

TEST_F(Map, RepeatsItselfWhateverTheNumberOfProcesses) {
  const auto ranked = [&](const char* jobs) {
    return map("-k smash_open -m piuma-smash --budget " + std::string(kSanitized ? "4" : "10") +
               "sims -j " + jobs + kMatrix)
        .at("ranked");
  };
  EXPECT_EQ(ranked("1"), ranked("3"));
}

TEST_F(Map, StatesWhatItDid) {
  const json mapped = map("-k smash_open -m piuma-smash --budget 3sims" + kMatrix);
  EXPECT_EQ(mapped.at("kernel"), "smash_open");
  EXPECT_EQ(mapped.at("machine"), "piuma-smash");
  EXPECT_EQ(mapped.at("mapspace_size"), 288);
  EXPECT_EQ(mapped.at("simulations"), 3);
  EXPECT_EQ(mapped.at("ranked").size(), 3u);
  EXPECT_EQ(mapped.at("rejected").at("words"), 120);
  EXPECT_GT(mapped.at("bounds_evaluated"), 0);
  EXPECT_FALSE(mapped.at("proved"));
  const Outcome text = weft("map -k smash_open -m piuma-smash --budget 3sims" + kMatrix);
  EXPECT_THAT(text.out, HasSubstr("bound by      "));
  EXPECT_THAT(text.out, HasSubstr("ruled out     120 words"));
}

TEST_F(Map, BoundsRowsOfAGpu) {
  for (const char* kernel : {"spgemm_row_hash", "spmv"}) {
    const json best = map("-k " + std::string(kernel) + " -m h200" + kMatrix).at("best");
    EXPECT_GT(best.at("bound_s"), 0.0) << kernel;
    EXPECT_LE(best.at("bound_s"), best.at("time_s")) << kernel;
  }
}

TEST_F(Map, MatchesTheThirdSmashWithHolesAlone) {
  const std::string place = " -m piuma-smash -i A=rmat:scale=9,edges=6000,seed=1";
  const json mapped = map("-k smash_open" + place);
  ASSERT_EQ(weft("simulate -k smash_v3 --no-values --json v3.json" + place).status, 0);
  EXPECT_LE(mapped.at("best").at("time_s"), json::parse(text_of(folder_ / "v3.json")).at("time_s"));
}

TEST_F(Map, TriesTheMappingsOfTheLibraryFirst) {
  const std::string place = " -m piuma-smash" + kMatrix;
  const json mapped = map("-k smash_open --budget 3sims" + place);
  std::vector<double> times_s;
  for (const json& each : mapped.at("ranked")) times_s.push_back(each.at("time_s"));
  std::vector<double> published_s;
  for (const char* version : {"smash_v1", "smash_v2", "smash_v3"}) {
    weft("simulate --no-values --json v.json -k " + std::string(version) + place);
    published_s.push_back(json::parse(text_of(folder_ / "v.json")).at("time_s"));
  }
  EXPECT_THAT(times_s, UnorderedElementsAreArray(published_s));
}

TEST_F(Map, IsNoWorseThanTheThirdSmashOnRealMatrices) {
  const auto matrices = testing_support::local_data("matrices");
  if (!matrices) GTEST_SKIP() << "the optional local data is absent";
  if (tests::kSanitized) GTEST_SKIP() << "takes a minute under sanitizers";
  for (const char* name : {"dw8192", "lns_3937", "dnn-n1024-l1"}) {
    const std::string place =
        " -m piuma-smash -i A=" + (*matrices / (std::string(name) + ".mtx.gz")).string();
    const json mapped = map("-k smash_open --budget 12sims" + place);
    ASSERT_EQ(weft("simulate -k smash_v3 --no-values --json v3.json" + place).status, 0);
    const double version3_s = json::parse(text_of(folder_ / "v3.json")).at("time_s");
    EXPECT_LT(mapped.at("best").at("time_s").get<double>(), version3_s) << name;
  }
}

TEST_F(Map, SaysHowWellItRanks) {
  const Outcome outcome =
      weft("map -k smash_open -m piuma-smash --rank-check 30 --json rank.json" + kMatrix);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("simulated     30 mappings"));
  const json rank = json::parse(text_of(folder_ / "rank.json"));
  EXPECT_EQ(rank.at("mappings"), 30);
  EXPECT_GT(rank.at("spearman_of_estimates"), 0.5);
  EXPECT_LE(rank.at("most_bound_share"), 1);
  EXPECT_EQ(weft("map -k smash_open -m piuma-smash --rank-check 30 --exhaustive" + kMatrix).status,
            2);
}

TEST_F(Map, TellsWhyNothingFits) {
  const Outcome outcome =
      weft("map -k smash_open -m piuma-smash --set core.spad.bytes=64KiB" + kMatrix);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("no mapping of smash_open fits piuma-smash: "));
  EXPECT_THAT(outcome.err, HasSubstr("nearest miss: "));
  EXPECT_THAT(outcome.err, HasSubstr("raise core.spad.bytes"));
  const std::string way = "cheapest change of the machine: --set core.spad.bytes=128KiB, 2 times";
  ASSERT_THAT(outcome.err, HasSubstr(way));
  EXPECT_EQ(
      weft("map -k smash_open -m piuma-smash --set core.spad.bytes=128KiB --budget 1sims" + kMatrix)
          .status,
      0);
}

TEST_F(Map, RefusesABudgetThatIsNone) {
  const Outcome outcome = weft("map -k smash_open -m piuma-smash --budget 12" + kMatrix);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("expected a time such as 30s or a number such as 200sims"));
  for (const char* budget : {"infsims", "nansims", "1e30sims", "1.5sims", "0sims", "infs"})
    EXPECT_EQ(weft(std::string("map -k gemm -m h200 --budget ") + budget).status, 2) << budget;
}

TEST_F(Map, ChoosesPlacesAndShowsTheLinksThatTheyLoad) {
  const std::string place =
      " -m piuma-die --set core.mtc.threads=4 -i A=banded:n=400,half_bandwidth=3,seed=1";
  map("-k spgemm_place_open --budget 4sims -o placed.yaml" + place);
  const Outcome outcome = weft("show --explain placed.yaml" + place);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("network"));
  EXPECT_THAT(outcome.out, HasSubstr("between halves of the cores"));
}

TEST_F(Map, ExplainsAMapping) {
  const std::string place = " -m piuma-smash" + kMatrix;
  map("-k smash_open --budget 2sims -o best.yaml" + place);
  const Outcome outcome = weft("show --explain best.yaml" + place);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("bound if twice as fast"));
  EXPECT_THAT(outcome.out, HasSubstr("100.0 %"));
  EXPECT_EQ(weft("show --explain best.yaml").status, 2);
  EXPECT_EQ(weft("show --resimulate best.yaml").status, 2);
  const Outcome simulated = weft("show --explain best.yaml --resimulate" + place);
  EXPECT_EQ(simulated.status, 0) << simulated.err;
  EXPECT_THAT(simulated.out, HasSubstr(outcome.out));
  EXPECT_THAT(simulated.out, ContainsRegex("memory bandwidth +[0-9.]+ us +-[0-9.]+ % "));
}

}  // namespace
}  // namespace weft::tests
