// SPDX-License-Identifier: Apache-2.0
#include "cli/published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/compare.h"
#include "tests/unit/cli/fixtures.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kFigures = R"(published: 1
source: A Paper, 2020
figures:
  - {name: v2_over_v1, kernel: smash_v2, over: smash_v1, machine: A chip, measures: the gain, speedup: 2.5}
  - name: v1
    kernel: smash_v1
    machine: A chip
    measures: one product
    matrix: {rows: 4096, cols: 4096, nnz: 49000}
    time_ms: 8
)";
constexpr double kEveryDifference = std::numeric_limits<double>::infinity();

struct ReadFigures {
  Published published;
  std::vector<std::string> messages;
};

ReadFigures read_figures(std::string_view text) {
  base::Diagnostics diagnostics;
  const base::YamlNode root = base::read_yaml_text(text, "p.yaml", diagnostics);
  Published published = read_published(root, diagnostics);
  return {std::move(published), diagnostics.messages()};
}

RunFile figures(const char* text = kFigures) {
  return published_runs(read_figures(text).published, "p.yaml");
}

TEST(Published, TimesAreRunsAndSpeedupsAreNot) {
  EXPECT_THAT(read_figures(kFigures).messages, IsEmpty());
  const RunFile file = figures();
  ASSERT_EQ(file.runs.size(), 1U);
  EXPECT_EQ(file.runs[0].origin, Run::Origin::Published);
  EXPECT_DOUBLE_EQ(file.runs[0].time_s, 8e-3);
  EXPECT_EQ(file.runs[0].inputs.at(0).nnz, 49000);
  ASSERT_EQ(file.speedups.size(), 1U);
  EXPECT_EQ(file.speedups[0].over, "smash_v1");
}

TEST(Published, AFigureIsOneNumber) {
  EXPECT_THAT(
      read_figures(
          "published: 1\nsource: x\nfigures:\n"
          "  - {name: a, kernel: k, machine: m, measures: w}\n"
          "  - {name: b, kernel: k, machine: m, measures: w, speedup: 2, time_ms: 3, over: l}\n"
          "  - {name: c, kernel: k, machine: m, measures: w, speedup: 2, params: [M]}\n")
          .messages,
      ElementsAre("p.yaml:4:5: figures[0]: expected either speedup or time_ms, found neither",
                  "p.yaml:5:5: figures[1]: expected either speedup or time_ms, found both",
                  "p.yaml:6:5: figures[2].params: expected NAME=VALUE, found 'M'",
                  "p.yaml:6:5: figures[2]: expected 'over', the kernel that a speedup is "
                  "over, found nothing"));
}

TEST(ComparePublished, ASpeedupStandsBesideTwoRunsOfOneExperiment) {
  const RunFile results = read_run_file(experiment_fixture(), "results.json");
  const ComparisonReport report = compare({results, figures()}, 25);
  ASSERT_EQ(report.speedups.size(), 1U);
  EXPECT_DOUBLE_EQ(report.speedups[0].speedup(), 2.0);
  EXPECT_DOUBLE_EQ(report.speedups[0].change(), -0.2);
  EXPECT_TRUE(report.within(report.speedups[0].change()));
  EXPECT_FALSE(report.within(-0.26));
  EXPECT_THAT(comparison_text(report, false), HasSubstr("2.00x      2.50x  -20.0 %  A chip"));
  const Json json = comparison_json(report);
  EXPECT_EQ(json.at("speedups").at(0).at("published"), 2.5);
}

TEST(ComparePublished, ATimeStandsBesideWhatDidTheSameWork) {
  const RunFile run = read_run_file(result_fixture("smash_v1", 0.004), "a.json");
  const ComparisonReport report = compare({figures(), run}, kEveryDifference);
  ASSERT_EQ(report.comparisons.size(), 1U);
  EXPECT_DOUBLE_EQ(report.comparisons[0].speedup(), 2.0);
  EXPECT_THAT(report.unmatched, ElementsAre("p.yaml: v2_over_v1 needs runs of smash_v1 and "
                                            "smash_v2 on one machine and input"));
}

TEST(CompareKinds, ANativeRunIsTheBaseOfEverySimulationOfItsWork) {
  Json native = reference_fixture(0.002);
  const ComparisonReport report = compare(
      {read_run_file(native, "native.json"), read_run_file(experiment_fixture(), "results.json")},
      kEveryDifference);
  ASSERT_EQ(report.comparisons.size(), 3U)
      << "two simulations and the native run of the experiment";
  EXPECT_TRUE(report.comparisons[0].differences.empty() ||
              report.comparisons[0].other.origin == Run::Origin::Native);
  native["inputs"][0]["nnz"] = 5;
  EXPECT_THROW(compare({read_run_file(native, "native.json"),
                        read_run_file(experiment_fixture(), "results.json")},
                       kEveryDifference),
               base::UserError);
}

TEST(CompareKinds, OtherOperationsAreSaid) {
  Json other = result_fixture("gemm", 0.002);
  other["inputs"][0]["nnz"] = 7;  // another A
  const ComparisonReport report = compare(
      {read_run_file(result_fixture("smash_v1", 0.004), "a.json"), read_run_file(other, "b.json")},
      kEveryDifference);
  EXPECT_THAT(report.notes, ElementsAre("b.json computes gemm, a.json spgemm"));
}

TEST(CompareKinds, OtherSizesAreRefusedAndOtherTypesAreSaid) {
  Json a = result_fixture("gemm", 0.004), b = a;
  a["params"] = {{"M", 64}, {"dtype", "f16"}};
  b["params"] = {{"M", 64}, {"dtype", "f32"}};
  EXPECT_THAT(compare({read_run_file(a, "a.json"), read_run_file(b, "b.json")}, 0).notes,
              ElementsAre("b.json is in f32, a.json in f16"));
  b["params"]["M"] = 65;
  try {
    compare({read_run_file(a, "a.json"), read_run_file(b, "b.json")}, 0);
    FAIL() << "expected a UserError";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(), "b.json: parameter M: expected 64 as in a.json, found 65");
  }
}

}  // namespace

}  // namespace weft::cli
