// SPDX-License-Identifier: Apache-2.0
#include "base/csv.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv_row.h"

namespace weft::base {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// The texts of the cells, one list for each row, the names first.
std::vector<std::vector<std::string>> cells_of(std::string_view text) {
  Diagnostics diagnostics;
  const CsvTable table = read_csv_text(text, "t.csv", diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  std::vector<std::vector<CsvCell>> all = table.rows();
  all.insert(all.begin(), table.names());
  std::vector<std::vector<std::string>> texts;
  for (const auto& row : all) {
    texts.emplace_back();
    for (const CsvCell& cell : row) texts.back().push_back(cell.text);
  }
  return texts;
}

std::vector<std::string> defects_of(std::string_view text) {
  Diagnostics diagnostics;
  read_csv_text(text, "t.csv", diagnostics);
  return diagnostics.messages();
}

TEST(Csv, CellsAreSplitAtCommas) {
  EXPECT_THAT(cells_of("a,b\n1,2\n3,\n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2"), ElementsAre("3", "")));
}

TEST(Csv, MarksAndEndsOfOtherEditorsDoNotMatter) {
  const auto plain = cells_of("a,b\n1,2\n");
  EXPECT_EQ(cells_of("\xEF\xBB\xBF"
                     "a,b\r\n\r\n1,2"),
            plain);
  EXPECT_EQ(cells_of("a , b\n\n 1\t,2\n\n"), plain);
}

TEST(Csv, QuotedCellsMayHoldAnything) {
  EXPECT_THAT(
      cells_of("name,n\n\"RTX 4080, \"\"SUPER\"\"\" , 1\n\"two\r\nlines\",2\n\" blank \",3\n"),
      ElementsAre(ElementsAre("name", "n"), ElementsAre("RTX 4080, \"SUPER\"", "1"),
                  ElementsAre("two\r\nlines", "2"), ElementsAre(" blank ", "3")));
}

TEST(Csv, WrittenCellsAreReadBack) {
  for (const std::string text : {"", "plain", "a,b", "\"", "two\nlines", " blank ", "\r"})
    EXPECT_THAT(cells_of("x,y\n" + csv_cell(text) + ",1\n")[1], ElementsAre(text, "1"));
}

TEST(Csv, EveryDefectIsReportedWithItsPlace) {
  EXPECT_THAT(
      defects_of("a,b,a\n1,2\n1,2,3,4\n\"1\"x,2,3\n1,\xC3\xA9,\"\n"),
      ElementsAre("t.csv:2:1: expected 3 cells, found 2", "t.csv:3:1: expected 3 cells, found 4",
                  "t.csv:4:1: expected a comma after the closing quote, found 'x'",
                  "t.csv:5:5: expected a closing quote, found the end of the file",
                  "t.csv:1:5: column 'a' is named twice"));
}

TEST(Csv, WhatIsNoTableIsRefused) {
  EXPECT_THAT(defects_of(""),
              ElementsAre("t.csv:1:1: expected a line with names of columns, found nothing"));
  EXPECT_THAT(defects_of("a,b\n1,\x80\n"),
              ElementsAre("t.csv:2:3: expected text, found the byte 0x80"));
  Diagnostics diagnostics;
  read_csv_file("no such file.csv", diagnostics);
  read_csv_file(std::filesystem::temp_directory_path(), diagnostics);
  EXPECT_THAT(diagnostics.messages(),
              ElementsAre(StartsWith("no such file.csv: expected a table, found nothing readable"),
                          ::testing::EndsWith(": expected a table, found a directory")));
}

TEST(Csv, AMissingColumnIsNamedWithTheNearestOne) {
  Diagnostics diagnostics;
  const CsvTable table = read_csv_text("gpu,latency\n", "t.csv", diagnostics);
  const std::vector<std::string> wanted = {"gpu", "latency_s", "k"};
  EXPECT_FALSE(table.require(wanted, diagnostics));
  EXPECT_THAT(diagnostics.messages(),
              ElementsAre("t.csv:1:1: missing column 'latency_s'; did you mean 'latency'?",
                          "t.csv:1:1: missing column 'k'"));
}

TEST(CsvRow, CellsAreReadAsWhatTheyShouldBe) {
  Diagnostics diagnostics;
  const CsvTable table = read_csv_text("n,x,word,none\n256.0,-1.5e3,red,\n", "t.csv", diagnostics);
  const CsvRow row(table, 0, diagnostics);
  EXPECT_EQ(row.integer("n", 1, 1024), 256);
  EXPECT_EQ(row.number("x"), -1500);
  EXPECT_EQ(row.choice<int>("word", {{"green", 1}, {"red", 2}}), 2);
  EXPECT_TRUE(row.has("x"));
  EXPECT_FALSE(row.has("none"));
  EXPECT_FALSE(row.has("other"));
  EXPECT_EQ(row.line(), 2);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
}

TEST(CsvRow, WhatACellIsNotIsReportedAtItsPlace) {
  Diagnostics diagnostics;
  const CsvTable table = read_csv_text("n,x,word\n7.5, nan ,rde\n2000,0,\n", "t.csv", diagnostics);
  for (const size_t i : {0U, 1U}) {
    const CsvRow row(table, i, diagnostics);
    EXPECT_EQ(row.integer("n", 1, 1024), 1);
    EXPECT_EQ(row.positive_number("x"), 1);
    EXPECT_EQ(row.choice<int>("word", {{"green", 1}, {"red", 2}}), 0);
  }
  CsvRow(table, 0, diagnostics).number("absent");
  EXPECT_THAT(
      diagnostics.messages(),
      ElementsAre("t.csv:2:1: n: expected a whole number in [1, 1024], found '7.5'",
                  "t.csv:2:6: x: expected a number above 0, found 'nan'",
                  "t.csv:2:11: word: expected one of green, red, found 'rde'; did you mean 'red'?",
                  "t.csv:3:1: n: expected a whole number in [1, 1024], found '2000'",
                  "t.csv:3:6: x: expected a number above 0, found '0'",
                  "t.csv:3:8: word: expected one of green, red, found ''",
                  "t.csv:2:1: absent: expected a number, found ''"));
}

}  // namespace
}  // namespace weft::base
