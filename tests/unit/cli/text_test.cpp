// SPDX-License-Identifier: Apache-2.0
#include "cli/text.h"

#include <limits>

#include <gtest/gtest.h>

#include "cli/table.h"
#include "cli/terminal.h"

namespace weft::cli {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Text, NumbersHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(show_time(0.00123456), "1.23 ms");
  EXPECT_EQ(show_time(0.0009999), "1.00 ms");
  EXPECT_EQ(show_time(12.34), "12.3 s");
  EXPECT_EQ(show_time(90e-9), "90.0 ns");
  EXPECT_EQ(show_time(0), "0 ns");
  EXPECT_EQ(show_signed_time(0.002), "+2.00 ms");
  EXPECT_EQ(show_bytes(4 * 1024.0 * 1024.0), "4.00 MiB");
  EXPECT_EQ(show_bytes(17), "17 B");
  EXPECT_EQ(show_count(6.31e6), "6.31 M");
  EXPECT_EQ(show_count(12), "12");
  EXPECT_EQ(show_number(0.01234), "0.0123");
  EXPECT_EQ(show_number(999.4), "999");
  EXPECT_EQ(show_number(999.6), "1000");
  EXPECT_EQ(show_number(-33549), "-33500");
  EXPECT_EQ(show_number(1.234e6), "1.23e+06");
  EXPECT_EQ(show_ratio(2.314), "2.31x");
  EXPECT_EQ(show_percent(0.1234), "12.3 %");
  EXPECT_EQ(show_change(0.5), "+50.0 %");
}

TEST(Text, UndefinedIsADash) {
  for (const auto show :
       {show_time, show_bytes, show_count, show_number, show_ratio, show_percent, show_change}) {
    EXPECT_EQ(show(kNan), "-");
  }
}

TEST(Text, WidthCountsCodePoints) {
  EXPECT_EQ(display_width("aµ–z"), 4U);
}

TEST(Table, AlignsColumnsAndTrimsLines) {
  Table table({{"name", Align::Left}, {"value"}, {"note", Align::Left}});
  table.add_row({std::string("a"), std::string("1.5"), std::string("")});
  table.add_row({std::string("longer"), std::string("100"), std::string("ok")});
  EXPECT_EQ(table.str(false),
            "name    value  note\n"
            "------  -----  ----\n"
            "a         1.5\n"
            "longer    100  ok\n");
}

TEST(Table, ColourChangesNoWidth) {
  Table table({{"x", Align::Left}, {"y", Align::Left}});
  table.add_row({Table::Cell("bad", Emphasis::Bad), std::string("z")});
  EXPECT_EQ(table.str(true), "x    y\n---  -\n\x1b[31mbad\x1b[0m  z\n");
  EXPECT_EQ(table.str(false), "x    y\n---  -\nbad  z\n");
}

TEST(Table, ControlCharactersOfNamesDoNotReachTheTerminal) {
  Table table({{"x", Align::Left}});
  table.add_row({std::string("\x1b[2Jevil\n")});
  EXPECT_EQ(table.str(false), "x\n---------\n?[2Jevil?\n");
}

TEST(Progress, LineTellsRateAndTimeLeft) {
  EXPECT_EQ(progress_line(2, 8, 4.0, "smash_v2"),
            "[=====               ] 2/8  0.5/s  about 12 s left  smash_v2");
  EXPECT_EQ(progress_line(0, 8, 4.0, "smash_v1"), "[                    ] 0/8  smash_v1");
  EXPECT_EQ(progress_line(9, 0, 2.0, "rows"), "9  4.5/s  rows") << "nobody knows the end";
}

}  // namespace

}  // namespace weft::cli
