// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/expression.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace weft::cli::sweep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Value look_up(const std::string& name) {
  if (name == "threads") return 16.0;
  if (name == "machine.core.spad.bytes") return 4.0 * 1024 * 1024;
  if (name == "kernel") return std::string("smash_v3");
  return {};
}

double number(const std::string& text) {
  return Expression(text).number(look_up);
}

std::string error_of(const std::string& text) {
  try {
    number(text);
  } catch (const base::UserError& error) {
    return error.what();
  }
  return "none";
}

TEST(Expression, BindsAsOnPaper) {
  EXPECT_EQ(number("1 + 2 * 3"), 7);
  EXPECT_EQ(number("(1 + 2) * 3"), 9);
  EXPECT_EQ(number("8 - 4 - 2"), 2);
  EXPECT_EQ(number("16 / 4 / 2"), 2);
  EXPECT_EQ(number("2 ^ 3 ^ 2"), 512);
  EXPECT_EQ(number("-2 ^ 2"), -4);
  EXPECT_EQ(number("-2 * 3"), -6);
  EXPECT_EQ(number("7 % 4"), 3);
  EXPECT_EQ(number("1 + 1 == 2 and not 1 > 2"), 1);
  EXPECT_EQ(number("0 || 1 && 0"), 0);
}

TEST(Expression, KnowsNamesSizesAndFunctions) {
  EXPECT_EQ(number("threads * 2"), 32);
  EXPECT_EQ(number("machine.core.spad.bytes / 1MiB"), 4);
  EXPECT_EQ(number("max(threads, 20) + min(1, 2)"), 21);
  EXPECT_EQ(number("log2(threads) + sqrt(9) + ceil(.5) + 1e2"), 108);
  EXPECT_THAT(Expression("a.b[1].c * max(x, 2) + x").names(), ElementsAre("a.b[1].c", "x", "x"));
}

TEST(Expression, ComparesTexts) {
  EXPECT_EQ(number("kernel == 'smash_v3'"), 1);
  EXPECT_EQ(number("kernel != \"smash_v3\""), 0);
  EXPECT_EQ(number("kernel == 3"), 0);
  EXPECT_THAT(error_of("kernel + 1"), HasSubstr("expected a number, found the text 'smash_v3'"));
}

TEST(Expression, WhatComesFromNothingIsUndefined) {
  EXPECT_TRUE(std::isnan(number("nothing + 1")));
  EXPECT_TRUE(std::isnan(number("max(nothing, 1)")));
  EXPECT_TRUE(std::isnan(number("-nothing")));
  EXPECT_FALSE(Expression("nothing < 1").holds(look_up));
  EXPECT_FALSE(Expression("not nothing").holds(look_up));
  EXPECT_TRUE(Expression("threads").holds(look_up));
}

TEST(Expression, MistakesAreNamedWhereItIsRead) {
  EXPECT_EQ(error_of("1 +"), "expression '1 +': expected a value, found the end");
  EXPECT_EQ(error_of("(1"), "expression '(1': expected ')', found the end");
  EXPECT_EQ(error_of("1 2"), "expression '1 2': expected the end, found '2'");
  EXPECT_EQ(error_of("a ? b"),
            "expression 'a ? b': expected a name, a number or a sign, found '?'");
  EXPECT_THAT(error_of("sqr(4)"), HasSubstr("did you mean 'sqrt'?"));
  EXPECT_THAT(error_of("min(4)"), HasSubstr("expected 2 values in min(), found 1"));
  EXPECT_THAT(error_of("4MB"), HasSubstr("found 'MB'"));
  EXPECT_THAT(error_of("'open"), HasSubstr("expected a closing '"));
  EXPECT_THAT(error_of(std::string(2000, '(')), HasSubstr("at most 1000 characters"));
}

}  // namespace
}  // namespace weft::cli::sweep
