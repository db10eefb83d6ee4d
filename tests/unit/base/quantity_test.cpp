// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.h"

#include <gtest/gtest.h>

namespace weft::base {
namespace {

TEST(Quantity, BinaryAndDecimalPrefixesDiffer) {
  EXPECT_EQ(parse_quantity("64B", Unit::Bytes), 64);
  EXPECT_EQ(parse_quantity("4MiB", Unit::Bytes), 4194304);
  EXPECT_EQ(parse_quantity("4MB", Unit::Bytes), 4e6);
  EXPECT_EQ(parse_quantity("1.5 KiB", Unit::Bytes), 1536);
  EXPECT_EQ(parse_quantity("32GiB", Unit::Bytes), 34359738368);
}

TEST(Quantity, ValuesComeInTheCanonicalUnit) {
  EXPECT_EQ(parse_quantity("1.98GHz", Unit::Gigahertz), 1.98);
  EXPECT_EQ(parse_quantity("980MHz", Unit::Gigahertz), 0.98);
  EXPECT_EQ(parse_quantity("90ns", Unit::Nanoseconds), 90);
  EXPECT_EQ(parse_quantity("625ps", Unit::Nanoseconds), 0.625);
  EXPECT_EQ(parse_quantity("1.2us", Unit::Nanoseconds), 1200);
  EXPECT_EQ(parse_quantity("5.7GB/s", Unit::GigabytesPerSecond), 5.7);
  EXPECT_EQ(parse_quantity("3.35TB/s", Unit::GigabytesPerSecond), 3350);
  EXPECT_EQ(parse_quantity("12pJ", Unit::Picojoules), 12);
  EXPECT_EQ(parse_quantity("75W", Unit::Watts), 75);
  EXPECT_EQ(parse_quantity("32b", Unit::Bits), 32);
}

TEST(Quantity, WrongUnitsAreRefused) {
  EXPECT_EQ(parse_quantity("64", Unit::Bytes), std::nullopt);
  EXPECT_EQ(parse_quantity("64b", Unit::Bytes), std::nullopt);
  EXPECT_EQ(parse_quantity("64 GHz", Unit::Bytes), std::nullopt);
  EXPECT_EQ(parse_quantity("64kib", Unit::Bytes), std::nullopt);
  EXPECT_EQ(parse_quantity("90NS", Unit::Nanoseconds), std::nullopt);
  EXPECT_EQ(parse_quantity("ns", Unit::Nanoseconds), std::nullopt);
  EXPECT_EQ(parse_quantity("", Unit::Nanoseconds), std::nullopt);
  EXPECT_EQ(parse_quantity("1.2.3ns", Unit::Nanoseconds), std::nullopt);
}

TEST(Quantity, PartsOfAByteAreRefused) {
  EXPECT_EQ(parse_quantity("0.3B", Unit::Bytes), std::nullopt);
  EXPECT_EQ(parse_quantity("1.0001KiB", Unit::Bytes), std::nullopt);
  EXPECT_EQ(parse_quantity("99999999999TiB", Unit::Bytes), std::nullopt);
}

TEST(Quantity, FormattingUsesTheLargestExactBinaryUnit) {
  EXPECT_EQ(format_quantity(65536, Unit::Bytes), "64KiB");
  EXPECT_EQ(format_quantity(1000, Unit::Bytes), "1000B");
  EXPECT_EQ(format_quantity(0, Unit::Bytes), "0B");
  EXPECT_EQ(format_quantity(1.98, Unit::Gigahertz), "1.98GHz");
}

TEST(Quantity, KeysNameUnitsByWholeWords) {
  EXPECT_TRUE(key_names_unit("bytes", Unit::Bytes));
  EXPECT_TRUE(key_names_unit("clock_ghz", Unit::Gigahertz));
  EXPECT_TRUE(key_names_unit("gb_s_per_core", Unit::GigabytesPerSecond));
  EXPECT_FALSE(key_names_unit("patterns", Unit::Nanoseconds));
  EXPECT_FALSE(key_names_unit("capacity", Unit::Bytes));
}

}  // namespace
}  // namespace weft::base
