// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/machine/instruction_table.h"
#include "sim/machine/load_machine.h"

namespace weft::machine {
namespace {

namespace fs = std::filesystem;

/// The instructions that docs/listings.md lists under a key, once for each list.
using Counts = std::multimap<std::string, double>;

const std::vector<fs::path> kFolders = {WEFT_MACHINES};

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

const std::vector<std::string>& page() {
  static const std::vector<std::string> lines =
      lines_of(fs::path(WEFT_SOURCE_DIR) / "docs/listings.md");
  return lines;
}

/// Pieces in backticks, without what stands in parentheses.
double instructions_in(const std::string& cell) {
  static const std::regex aside(R"(\((or )[^)]*\))"), instruction("`[^`]+`");
  const std::string listed = std::regex_replace(cell, aside, "");
  return static_cast<double>(
      std::distance(std::sregex_iterator(listed.begin(), listed.end(), instruction), {}));
}

/// Rows "| `key` | count | instructions |": the written counts and the listed instructions.
void read_rows(Counts& written, Counts& listed) {
  static const std::regex row(R"(\| `([a-z_]+)` \| (\d+) \| (.*) \|)");
  for (const std::string& line : page()) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    written.emplace(match[1], std::stod(match[2]));
    listed.emplace(match[1], instructions_in(match[3]));
  }
}

/// Indented blocks, one instruction a line: those up to the comment "# key" or "# key, why" are the
/// key's.
void read_blocks(Counts& listed) {
  static const std::regex marked(R"(    .*# ([a-z_]+)(,.*)?)");
  double instructions = 0;
  for (const std::string& line : page()) {
    if (!line.starts_with("    ")) {
      EXPECT_EQ(instructions, 0) << "a block ends without naming its key before: " << line;
      continue;
    }
    ++instructions;
    std::smatch match;
    if (!std::regex_match(line, match, marked)) continue;
    listed.emplace(match[1], instructions);
    instructions = 0;
  }
}

/// Counts in headings and sentences, "`key` = 3".
void read_sentences(Counts& written) {
  static const std::regex claim(R"(`([a-z_]+)` = (\d+))");
  for (const std::string& line : page()) {
    for (auto found = std::sregex_iterator(line.begin(), line.end(), claim);
         found != std::sregex_iterator(); ++found) {
      written.emplace((*found)[1], std::stod((*found)[2]));
    }
  }
}

void expect_agree(const Counts& counts, const char* what) {
  const std::map<std::string, double> table = default_instruction_slots();
  for (const auto& [key, count] : counts) {
    ASSERT_TRUE(table.contains(key)) << what << " of a step that no machine has: " << key;
    EXPECT_EQ(count, table.at(key)) << what << " of " << key;
  }
}

TEST(Listing, CountsAreThoseOfTheTable) {
  Counts written, listed;
  read_rows(written, listed);
  read_blocks(listed);
  read_sentences(written);
  expect_agree(written, "the written count");
  expect_agree(listed, "the listed instructions");
  for (const auto& [key, slots] : default_instruction_slots()) {
    EXPECT_TRUE(written.contains(key)) << "no count of " << key;
    EXPECT_TRUE(listed.contains(key)) << "no listing of " << key;
  }
}

TEST(Listing, EveryPresetHoldsTheSameCounts) {
  size_t fabrics = 0;
  for (const auto& file : fs::directory_iterator(WEFT_MACHINES)) {
    base::Diagnostics diagnostics;
    const MachineDescription machine =
        load_machine(file.path().string(), {}, kFolders, diagnostics);
    if (machine.kind() != Kind::Fabric) continue;
    ++fabrics;
    EXPECT_EQ(machine.fabric().instructions, default_instruction_slots()) << file.path();
  }
  EXPECT_GE(fabrics, 3U);
}

TEST(Listing, TheSmashPresetWritesEveryCount) {
  const std::vector<std::string> preset = lines_of(fs::path(WEFT_MACHINES) / "piuma-smash.yaml");
  for (const auto& [key, slots] : default_instruction_slots()) {
    EXPECT_THAT(preset,
                testing::Contains("  " + key + ": " + std::to_string(static_cast<int64_t>(slots))));
  }
}

}  // namespace
}  // namespace weft::machine
