// SPDX-License-Identifier: Apache-2.0
// What README and docs quote from runs is what those runs print. Host times are left out.
#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/local_data.h"
#include "tests/support/sanitized.h"
#include "tests/support/weft_command.h"

namespace weft {
namespace {

namespace fs = std::filesystem;
using testing::Contains;

const fs::path kRoot = WEFT_SOURCE_DIR;

using Cells = std::vector<std::string>;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Cells split(const std::string& line, const char* separator) {
  static const std::regex trim("^\\s+|\\s+$");
  const std::regex between(separator);
  Cells cells;
  for (auto piece = std::sregex_token_iterator(line.begin(), line.end(), between, -1);
       piece != std::sregex_token_iterator(); ++piece) {
    cells.push_back(std::regex_replace(piece->str(), trim, ""));
  }
  return cells;
}

/// The rows of a printed table whose first cell is one of `inputs`, without the column that
/// compares with this host and without the rows of native runs.
std::vector<Cells> simulated_rows(const std::string& text, const std::vector<std::string>& inputs) {
  constexpr size_t kColumns = 11, kVersusNative = 4, kBandwidth = 6;
  static const std::regex indent("^\\s+");
  std::vector<Cells> rows;
  for (const std::string& line : lines_of(text)) {
    Cells cells = split(std::regex_replace(line, indent, ""), " {2,}");
    if (cells.size() != kColumns || std::ranges::find(inputs, cells[0]) == inputs.end()) continue;
    if (cells[kBandwidth] == "-") continue;  // a native run
    cells.erase(cells.begin() + kVersusNative);
    rows.push_back(cells);
  }
  return rows;
}

/// Rows "| `name` | cell | cell |" of a page, by name; of several with the name, the first with
/// `columns` cells.
std::map<std::string, Cells> page_rows(const fs::path& page, size_t columns) {
  static const std::regex row(R"(\| `?([A-Za-z0-9_-]+)`? \| (.*) \|)");
  std::map<std::string, Cells> rows;
  for (const std::string& line : lines_of(tests::text_of(kRoot / page))) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    const Cells cells = split(match[2], R"(\|)");
    if (cells.size() == columns) rows.emplace(match[1], cells);
  }
  return rows;
}

/// "291 ms" as seconds.
double seconds(const std::string& time) {
  static const std::map<std::string, double> units = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}};
  std::istringstream stream(time);
  double value = 0;
  std::string unit;
  stream >> value >> unit;
  return value * units.at(unit);
}

/// Three digits are quoted.
constexpr double kRounding = 0.005;

class QuotedOutput : public tests::Command {
 protected:
  void SetUp() override {
    if (tests::kSanitized)
      GTEST_SKIP() << "a build with sanitizers takes minutes for the same numbers";
    tests::Command::SetUp();
  }

  std::string run(const std::string& experiment) const {
    const tests::Outcome outcome = weft("run '" + experiment + "' --out results");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome.out;
  }

  nlohmann::json results() const {
    return nlohmann::json::parse(tests::text_of(folder_ / "results" / "results.json"));
  }

  double simulated_s(const std::string& kernel, const std::string& input) const {
    const tests::Outcome outcome =
        weft("simulate -m piuma-smash --json - -k " + kernel + " -i A='" + input + "'");
    return nlohmann::json::parse(outcome.out).at("time_s");
  }
};

TEST_F(QuotedOutput, TheReadmeShowsWhatTheDemonstrationPrints) {
  const std::string demo = tests::text_of(kRoot / "configs/experiments/demo.yaml");
  static const std::regex references("references: [^\n]*");
  write("demo.yaml", std::regex_replace(demo, references, "references: []"));
  const std::vector<std::string> inputs = {"rmat12", "rmat8", "layer", "pruned"};
  const auto printed = simulated_rows(run("demo.yaml"), inputs);
  EXPECT_EQ(printed.size(), 19U);
  EXPECT_EQ(simulated_rows(tests::text_of(kRoot / "README.md"), inputs), printed);
}

TEST_F(QuotedOutput, TheAblationOfSmashIsWhatItsExperimentGives) {
  const auto printed =
      simulated_rows(run((kRoot / "configs/experiments/smash_ablation.yaml").string()), {"rmat14"});
  EXPECT_EQ(printed.size(), 12U);
  const auto ablation = page_rows("docs/smash.md", 5);
  for (const Cells& row : printed) {
    // input, kernel, machine, time, vs first, GB/s, DRAM, IPC
    ASSERT_TRUE(ablation.contains(row[1])) << row[1];
    const Cells& quoted = ablation.at(row[1]);
    EXPECT_EQ(Cells(quoted.begin() + 1, quoted.end()), (Cells{row[3], row[4], row[6], row[7]}))
        << row[1];
  }
  const auto floors = page_rows("docs/smash.md", 3);
  const nlohmann::json document = results();
  for (const nlohmann::json& result : document.at("results")) {
    const std::string kernel = result.at("kernel");
    if (!floors.contains(kernel)) continue;
    const double issue_s = result.at("roofline").at("issue_floor_s");
    const double memory_s = result.at("roofline").at("memory_floor_s");
    EXPECT_NEAR(seconds(floors.at(kernel)[1]), issue_s, kRounding * issue_s) << kernel;
    EXPECT_NEAR(seconds(floors.at(kernel)[2]), memory_s, kRounding * memory_s) << kernel;
  }
  EXPECT_TRUE(floors.contains("smash_v1") && floors.contains("smash_v3"));
}

/// `weft list parameters > docs/parameters.md` brings it up to date. The page is too long to print.
TEST_F(QuotedOutput, TheParametersAreThoseOfTheDocuments) {
  EXPECT_TRUE(tests::text_of(kRoot / "docs/parameters.md") == weft("list parameters").out)
      << "docs/parameters.md is behind configs/machines";
}

/// The smaller ones of the matrices in the table, so that the test stays quick.
TEST_F(QuotedOutput, TheRealMatricesOfSmashTakeTheTimesOfTheTable) {
  const auto folder = testing_support::local_data("matrices");
  if (!folder) GTEST_SKIP() << "the optional local data is absent";
  const auto quoted = page_rows("docs/smash.md", 5);
  for (const char* name : {"road-cal", "bfly_G_10", "ca-CondMat"}) {
    ASSERT_TRUE(quoted.contains(name));
    const std::string input = (*folder / (std::string(name) + ".mtx.gz")).string();
    for (size_t version = 1; version <= 3; ++version) {
      const double time_s = simulated_s("smash_v" + std::to_string(version), input);
      EXPECT_NEAR(seconds(quoted.at(name)[version - 1]), time_s, kRounding * time_s) << name;
    }
  }
}

}  // namespace
}  // namespace weft
