// SPDX-License-Identifier: Apache-2.0
#include "cli/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/unit/cli/fixtures.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kAnyDifference = std::numeric_limits<double>::infinity();

RunFile file_of(const Json& document, const char* name) {
  return read_run_file(document, name);
}

const Difference* find(const Comparison& pair, Difference::Kind kind, const std::string& name) {
  for (const Difference& entry : pair.differences) {
    if (entry.kind == kind && entry.name == name) return &entry;
  }
  return nullptr;
}

TEST(Compare, SingleRunsStandSideBySideWhateverTheirKernel) {
  const RunFile a = file_of(result_fixture("smash_v1", 0.004), "a.json");
  const RunFile b = file_of(result_fixture("smash_v2", 0.002), "b.json");
  const ComparisonReport report = compare({a, b}, kAnyDifference);
  ASSERT_EQ(report.comparisons.size(), 1U);
  EXPECT_DOUBLE_EQ(report.comparisons[0].speedup(), 2.0);
  EXPECT_DOUBLE_EQ(report.comparisons[0].time_change(), -0.5);
  EXPECT_TRUE(report.passed());
}

TEST(Compare, ToleranceIsSymmetricAndInclusive) {
  const RunFile a = file_of(result_fixture("smash_v1", 1.0), "a.json");
  const RunFile slower = file_of(result_fixture("smash_v1", 1.25), "b.json");
  const RunFile faster = file_of(result_fixture("smash_v1", 0.75), "c.json");
  EXPECT_TRUE(compare({a, slower}, 25).passed());
  EXPECT_TRUE(compare({a, faster}, 25).passed());
  EXPECT_FALSE(compare({a, slower}, 24).passed());
  EXPECT_FALSE(compare({a, faster}, 24).passed());
}

TEST(Compare, SaysWhereTheTimeDiffers) {
  Json other = result_fixture("smash_v2", 0.002);
  other["stalls"] = {{"busy", 0.8}, {"memory", 0.2}};
  other["memory"]["dram"]["bytes"] = 6000000;
  const ComparisonReport report =
      compare({file_of(result_fixture("smash_v1", 0.004), "a.json"), file_of(other, "b.json")},
              kAnyDifference);
  const Comparison& pair = report.comparisons.at(0);
  EXPECT_NEAR(find(pair, Difference::Kind::Stall, "memory")->change(), 0.2 * 0.002 - 0.35 * 0.004,
              1e-15);
  EXPECT_NEAR(find(pair, Difference::Kind::Stall, "atomic")->change(), -0.15 * 0.004, 1e-15);
  EXPECT_NEAR(find(pair, Difference::Kind::Phase, "hash")->change(), -0.0015, 1e-15);
  EXPECT_EQ(find(pair, Difference::Kind::Memory, "dram")->change(), -6e6);
  EXPECT_EQ(find(pair, Difference::Kind::Memory, "spad"), nullptr)
      << "equal levels are no difference";
  EXPECT_NEAR(
      find(pair, Difference::Kind::Source, "smash_v1.yaml:7: Z[m,n] += A[m,k] * B[k,n], tensor B")
          ->change(),
      -0.0015, 1e-15);
}

TEST(Compare, ExperimentsMatchByKernelMachineAndInput) {
  Json changed = experiment_fixture();
  changed["results"][1]["time_s"] = 0.001;
  changed["references"][0]["machine"] = "Another CPU";
  const ComparisonReport report = compare(
      {file_of(experiment_fixture(), "a.json"), file_of(changed, "b.json")}, kAnyDifference);
  ASSERT_EQ(report.comparisons.size(), 3U);
  EXPECT_DOUBLE_EQ(report.comparisons[1].speedup(), 2.0);
  EXPECT_THAT(report.unmatched,
              ElementsAre("a.json: smash_v3 on piuma-smash, input rmat12 has no result"));
}

TEST(Compare, RefusesDifferentInputs) {
  Json other = result_fixture("smash_v1", 0.002);
  other["inputs"][0]["nnz"] = 7;
  try {
    compare({file_of(result_fixture("smash_v1", 0.004), "a.json"), file_of(other, "b.json")},
            kAnyDifference);
    FAIL() << "expected a UserError";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(),
                 "b.json: input A: expected 4096 x 4096 with 49000 entries as in a.json, found "
                 "4096 x 4096 with 7");
  }
}

TEST(Compare, RefusesFilesWithNothingInCommon) {
  Json other = experiment_fixture();
  for (const char* list : {"results", "references"}) {
    for (Json& entry : other[list]) entry["input"] = "another";
  }
  EXPECT_THROW(
      compare({file_of(experiment_fixture(), "a.json"), file_of(other, "b.json")}, kAnyDifference),
      base::UserError);
}

TEST(Compare, TextShowsTimesThenReasons) {
  const ComparisonReport report = compare({file_of(result_fixture("smash_v1", 0.004), "a.json"),
                                           file_of(result_fixture("smash_v2", 0.002), "b.json")},
                                          10);
  const std::string text = comparison_text(report, false);
  EXPECT_THAT(text, HasSubstr("smash_v1 on piuma-smash  smash_v2 on piuma-smash    4.00 ms  2.00 "
                              "ms    2.00x  -50.0 %"));
  EXPECT_THAT(text, HasSubstr("phase   hash"));
  EXPECT_THAT(text, HasSubstr("Past the tolerance of 10 %."));
}

TEST(Compare, JsonHasEveryDifference) {
  const ComparisonReport report = compare({file_of(result_fixture("smash_v1", 0.004), "a.json"),
                                           file_of(result_fixture("smash_v2", 0.002), "b.json")},
                                          10);
  const Json json = comparison_json(report);
  EXPECT_EQ(json.at("passed"), false);
  EXPECT_EQ(json.at("comparisons").at(0).at("speedup"), 2.0);
  EXPECT_EQ(json.at("comparisons").at(0).at("differences").size(),
            report.comparisons[0].differences.size());
}

}  // namespace

}  // namespace weft::cli
