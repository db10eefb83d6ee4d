// SPDX-License-Identifier: Apache-2.0
#include "base/scalar.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::base {
namespace {

using testing::ElementsAre;

YamlNode value_of(const std::string& text) {
  Diagnostics diagnostics;
  return *read_yaml_text("v: " + text, "t.yaml", diagnostics).find("v");
}

TEST(Scalar, IntegersAreDecimalAndFitIn64Bits) {
  EXPECT_EQ(as_integer(value_of("-12")), -12);
  EXPECT_EQ(as_integer(value_of("+12")), 12);
  EXPECT_EQ(as_integer(value_of("9223372036854775807")), INT64_MAX);
  for (const char* text :
       {"9223372036854775808", "0x10", "1e3", "1.0", "'12'", "+-1", "1_000", "[1]", "~"}) {
    EXPECT_EQ(as_integer(value_of(text)), std::nullopt) << text;
  }
}

TEST(Scalar, RealsAreFinite) {
  EXPECT_EQ(as_real(value_of("1.5")), 1.5);
  EXPECT_EQ(as_real(value_of("-2e-3")), -2e-3);
  EXPECT_EQ(as_real(value_of(".5")), 0.5);
  for (const char* text : {"inf", "nan", ".inf", "1e999", "1.0x", "\"1.0\"", "{}"}) {
    EXPECT_EQ(as_real(value_of(text)), std::nullopt) << text;
  }
}

TEST(Scalar, OnlyTrueAndFalseAreBooleans) {
  EXPECT_EQ(as_bool(value_of("true")), true);
  EXPECT_EQ(as_bool(value_of("false")), false);
  for (const char* text : {"yes", "on", "True", "1", "'true'"}) {
    EXPECT_EQ(as_bool(value_of(text)), std::nullopt) << text;
  }
}

TEST(Scalar, DescriptionsSayWhatWasFound) {
  EXPECT_EQ(describe(value_of("sixteen")), "'sixteen'");
  EXPECT_EQ(describe(value_of("'16'")), "\"16\"");
  EXPECT_EQ(describe(value_of("[1]")), "a list");
  EXPECT_EQ(describe(value_of("{a: 1}")), "a map");
  EXPECT_EQ(describe(value_of("")), "nothing");
  const std::string filler(39, 'x');
  EXPECT_EQ(describe(value_of(filler + "ää")), fmt::format("'{}ä...'", filler));
}

TEST(Scalar, DefectsOfDefaultsPointToTheDeepestWrittenNode) {
  Diagnostics diagnostics;
  const YamlNode root = read_yaml_text("a:\n  b: {c: 1}\n", "t.yaml", diagnostics);
  report_at(root, "a.b.c", "wrong", diagnostics);
  report_at(root, "a.b.d", "wrong", diagnostics);
  report_at(root, "x", "wrong", diagnostics);
  EXPECT_THAT(
      diagnostics.messages(),
      ElementsAre("t.yaml:2:10: a.b.c: wrong", "t.yaml:2:6: a.b.d: wrong", "t.yaml:1:1: x: wrong"));
}

}  // namespace
}  // namespace weft::base
