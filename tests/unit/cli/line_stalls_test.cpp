// SPDX-License-Identifier: Apache-2.0
#include "cli/line_stalls.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

SourceLine entry(int64_t line, double cycles, std::vector<Share> stalls) {
  SourceLine entry{"mul", "A", "k.yaml", line, 0, cycles};
  entry.stalls = std::move(stalls);
  return entry;
}

const std::vector<SourceLine> kEntries = {entry(3, 100, {{"busy", 1}}),
                                          entry(7, 100, {{"memory", 0.75}, {"busy", 0.25}}),
                                          entry(7, 200, {{"busy", 0.5}, {"dma", 0.5}})};

TEST(LineStalls, EntriesOfALineAreOneBarOfTheRun) {
  const std::vector<LineStalls> lines = stalls_by_line(kEntries);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].place, "k.yaml:7");
  EXPECT_DOUBLE_EQ(lines[0].fraction, 0.75);
  ASSERT_EQ(lines[0].stalls.size(), 3U);
  EXPECT_EQ(lines[0].stalls[0].name, "busy");
  EXPECT_DOUBLE_EQ(lines[0].stalls[0].fraction, 0.3125);
  EXPECT_DOUBLE_EQ(lines[0].stalls[1].fraction, 0.25);
  EXPECT_DOUBLE_EQ(lines[0].stalls[2].fraction, 0.1875);
}

TEST(LineStalls, TheDearestLinesAreNamedWithTheirCauses) {
  EXPECT_EQ(dearest_lines(kEntries),
            "k.yaml:7 75.0 % (busy 31.2 %, dma 25.0 %), k.yaml:3 25.0 % (busy 25.0 %)");
}

TEST(LineStalls, RunsWithoutCausesHaveNothingToSay) {
  EXPECT_EQ(dearest_lines({entry(3, 100, {})}), "");
  EXPECT_TRUE(stalls_by_line({}).empty());
}

}  // namespace
}  // namespace weft::cli
