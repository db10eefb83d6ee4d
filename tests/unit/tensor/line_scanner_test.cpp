// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/line_scanner.h"

#include <limits>

#include <gtest/gtest.h>

namespace weft::tests {
namespace {

using tensor::LineScanner;

TEST(LineScanner, FailedReadStaysBeforeTheWord) {
  LineScanner scanner("  12 -3 4\n");
  int64_t number = 0;
  EXPECT_TRUE(scanner.natural(number));
  EXPECT_EQ(number, 12);
  EXPECT_FALSE(scanner.natural(number));
  EXPECT_EQ(scanner.column(), 6);
  EXPECT_EQ(scanner.next_word_for_message(), "'-3'");
  EXPECT_TRUE(scanner.integer(number));
  EXPECT_EQ(number, -3);
  EXPECT_EQ(scanner.word(), "4");
  EXPECT_TRUE(scanner.at_end());
  EXPECT_EQ(scanner.next_word_for_message(), "the end of the line");
}

TEST(LineScanner, NaturalReachesTheLargestInteger) {
  int64_t number = 0;
  EXPECT_TRUE(LineScanner("9223372036854775807\n").natural(number));
  EXPECT_EQ(number, std::numeric_limits<int64_t>::max());
  EXPECT_FALSE(LineScanner("9223372036854775808\n").natural(number));
  EXPECT_TRUE(LineScanner("000000000000000000000000017\n").natural(number));
  EXPECT_EQ(number, 17);
}

TEST(LineScanner, RealIsRoundedToTheNearestDouble) {
  double number = 0;
  EXPECT_TRUE(LineScanner("0.1\n").real(number));
  EXPECT_EQ(number, 0.1);
  EXPECT_TRUE(LineScanner("+1E+2\n").real(number));
  EXPECT_EQ(number, 100);
  EXPECT_TRUE(LineScanner("3e-324\n").real(number));
  EXPECT_EQ(number, std::numeric_limits<double>::denorm_min());
  EXPECT_TRUE(LineScanner("-1e-400\n").real(number));
  EXPECT_EQ(number, 0);
}

TEST(LineScanner, OnlyFiniteNumbersAreReal) {
  double number = 0;
  for (const char* text :
       {"nan\n", "inf\n", "-Infinity\n", "1e309\n", "1.0.0\n", "+-1\n", "0x10\n", "1,5\n", "\n"}) {
    EXPECT_FALSE(LineScanner(text).real(number)) << text;
  }
}

TEST(LineScanner, MessageIsShortAndPrintable) {
  const std::string line = std::string(100, 'x') + "\n";
  EXPECT_EQ(LineScanner(line.c_str()).next_word_for_message(), "'" + std::string(60, 'x') + "...'");
  EXPECT_EQ(tensor::quoted_for_message("a\x01z"), "'a?z'");
}

}  // namespace
}  // namespace weft::tests
