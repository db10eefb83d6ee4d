// SPDX-License-Identifier: Apache-2.0
// Every row of docs/papers.md has a workload whose command runs, at its small sizes, with the right
// values.
#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/local_data.h"
#include "tests/support/weft_command.h"

namespace weft {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kRoot = WEFT_SOURCE_DIR;

struct Row {
  std::string workload;
  std::string command;
  std::string finding;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.command;
}

/// The rows "| paper | `workload` | `weft ...` | finding |".
std::vector<Row> paper_rows() {
  static const std::regex pattern(R"(\| [^|]+ \| `(\w+)` \| `weft ([^`]+)` \| ([^|]+) \|)");
  std::vector<Row> rows;
  std::istringstream page(tests::text_of(kRoot / "docs/papers.md"));
  for (std::string line; std::getline(page, line);) {
    std::smatch match;
    if (std::regex_match(line, match, pattern)) rows.push_back({match[1], match[2], match[3]});
  }
  return rows;
}

class Papers : public tests::Command {
 protected:
  /// Runs a workload's command and expects every simulation to have the right values.
  Json run(const std::string& arguments) const {
    const tests::Outcome outcome = weft(arguments + " -j 1 -o out_folder");
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    Json document = Json::parse(tests::text_of(folder_ / "out_folder" / "results.json"));
    EXPECT_FALSE(document.at("results").empty());
    for (const Json& result : document.at("results")) {
      EXPECT_EQ(result.value("status", ""), "ok") << result.value("error", "");
      EXPECT_EQ(result.at("verified").at("passed"), true)
          << result.at("kernel") << " on " << result.at("machine");
    }
    return document;
  }
};

class PaperRow : public Papers, public ::testing::WithParamInterface<Row> {};

TEST_P(PaperRow, RunsVerifiedAtItsSmallSizes) {
  run(GetParam().command + " --small");
}

INSTANTIATE_TEST_SUITE_P(All, PaperRow, ::testing::ValuesIn(paper_rows()),
                         [](const auto& row) { return row.param.workload; });

TEST_F(Papers, HaveARowForEveryWorkloadAndNoOther) {
  std::vector<std::string> listed, known;
  for (const Row& row : paper_rows()) {
    listed.push_back(row.workload);
    EXPECT_EQ(row.command, "run " + row.workload);
  }
  std::istringstream names(weft("list workloads").out);
  for (std::string name; std::getline(names, name);) known.push_back(name);
  std::ranges::sort(listed);
  EXPECT_EQ(listed, known);
}

TEST_F(Papers, AddUpAPassThroughEachModel) {
  const Json document = run("run vit_b --small -p layers=3");
  double time_s = 0;
  for (const Json& result : document.at("results")) time_s += 3 * result.at("time_s").get<double>();
  const Json& totals = document.at("totals");
  ASSERT_EQ(totals.size(), 1U);
  EXPECT_EQ(totals[0].at("steps"), 12);
  EXPECT_NEAR(totals[0].at("time_s").get<double>(), time_s, 1e-12);
}

TEST_F(Papers, RunOnOtherMachines) {
  const Json document = run("run icbs --small -m piuma-die");
  for (const Json& result : document.at("results")) EXPECT_EQ(result.at("machine"), "piuma-die");
}

TEST_F(Papers, ExperimentsNameWorkloadsBesideTheirOwnKernels) {
  write("mine.yaml",
        "experiment: 1\nname: mine\nmachines: [piuma-die]\nkernels: [spmv]\n"
        "inputs: {small: {A: 'uniform:rows=20,cols=20,nnz=60,seed=1'}}\nworkloads: [h4g]\n");
  const Json document = run("run mine.yaml");
  ASSERT_EQ(document.at("results").size(), 2U);
  EXPECT_EQ(document.at("results")[1].at("input"), "h4g.scaling");
  const tests::Outcome outcome = weft("run mine.yaml --small");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, ::testing::HasSubstr("expected a workload for -p, -m and --small"));
}

TEST_F(Papers, ParametersThatAKernelLacksAreToldBeforeTheFirstRun) {
  write("wrong.yaml",
        "workload: 1\nname: wrong\npaper: p\ncomputes: c\nbound: b\ngains: g\n"
        "machines: [h200]\nparams: {n: 8}\nsteps: {only: {kernel: gemm, params: {MM: n}}}\n");
  const tests::Outcome outcome = weft("check wrong.yaml");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, ::testing::HasSubstr("params of gemm: expected one of M, N, K, dtype, "
                                                "found 'MM'; did you mean 'M'?"));
}

TEST_F(Papers, FastRpRunsOnTheGraphOfThePaper) {
  const auto graph = testing_support::local_data("matrices/blogcatalog.mtx.gz");
  if (!graph) GTEST_SKIP() << "blogcatalog.mtx.gz is optional local data";
  // Eight columns of the embedding of the paper's graph keep the test short.
  run("run fastrp -p graph=" + fs::absolute(*graph).string() +
      " -p projection=uniform:rows=10312,cols=8,nnz=812,seed=2 -p d=8");
}

}  // namespace
}  // namespace weft
