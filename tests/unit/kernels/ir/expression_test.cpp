// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernels/ir/evaluate.h"
#include "kernels/ir/parser.h"

namespace weft::ir {
namespace {

Expression parse(std::string_view text) {
  base::Diagnostics diagnostics;
  bool failed = false;
  Expression expression = parse_expression(text, {"e", 1, 1}, diagnostics, failed);
  diagnostics.throw_if_any();
  return expression;
}

std::string defect(std::string_view text) {
  base::Diagnostics diagnostics;
  bool failed = false;
  parse_expression(text, {"e", 1, 1}, diagnostics, failed);
  EXPECT_EQ(failed, !diagnostics.empty());
  return diagnostics.empty() ? "" : diagnostics.messages().front();
}

std::optional<int64_t> value(std::string_view text) {
  Bindings bindings;
  bindings.bind("st", 3);
  bindings.bind("m", 10);
  return evaluate_point(parse(text), bindings);
}

TEST(Expression, FollowsThePrecedenceOfPython) {
  EXPECT_EQ(value("2 + 3*4"), 14);
  EXPECT_EQ(value("2**3**2"), 512);
  EXPECT_EQ(value("(m*2 + 1)*2**st"), 168);
  EXPECT_EQ(value("-2**2"), -4);
  EXPECT_EQ(value("10 - 4 - 3"), 3);
  EXPECT_EQ(value("m/4*4 + m%4"), 10);
}

TEST(Expression, DividesDownwards) {
  EXPECT_EQ(value("(0-7)/2"), -4);
  EXPECT_EQ(value("(0-7)%2"), 1);
}

TEST(Expression, HasNoValueWhereIntegersEnd) {
  EXPECT_EQ(value("m/(st-3)"), std::nullopt);
  EXPECT_EQ(value("2**64"), std::nullopt);
  EXPECT_EQ(value("4000000000*4000000000"), std::nullopt);
  EXPECT_EQ(value("nowhere"), std::nullopt);
  EXPECT_EQ(value("1.5"), std::nullopt);
  EXPECT_EQ(value("P[m]"), std::nullopt);
}

TEST(Expression, IntervalsEncloseEveryValue) {
  Bindings bindings;
  bindings.bind("i", Interval{0, 5});
  bindings.bind("j", Interval{2, 3});
  EXPECT_EQ(evaluate(parse("i*4 + j"), bindings), (Interval{2, 23}));
  EXPECT_EQ(evaluate(parse("i%4"), bindings), (Interval{0, 3}));
  EXPECT_EQ(evaluate(parse("j%4"), bindings), (Interval{2, 3}));
  EXPECT_EQ(evaluate(parse("i - j"), bindings), (Interval{-3, 3}));
  EXPECT_EQ(evaluate(parse("2**j"), bindings), (Interval{4, 8}));
}

TEST(Expression, IsWrittenWithTheNeededParentheses) {
  for (const char* text : {"a - (b - c)", "(a + b)*c", "(-a)**b", "-a**b", "a**-b", "(a**b)**c",
                           "x[P[i],j + 1]", "nnz(A)/threads", "2**st < 32", "a/(b*c)", "a*(-b)"}) {
    const Expression once = parse(text);
    EXPECT_EQ(parse(once.text()), once) << text;
  }
  EXPECT_EQ(parse("((a))+((b*c))").text(), "a + b*c");
}

TEST(Expression, TellsTheColumnOfADefect) {
  EXPECT_EQ(defect("a + * b"), "e:1:5: error: expected a name or a number, found '*'");
  EXPECT_EQ(defect("(a + b"), "e:1:7: error: expected ')', found the end of the text");
  EXPECT_EQ(defect("a b"), "e:1:3: error: expected the end of the text, found 'b'");
  EXPECT_EQ(defect("4KiB"), "e:1:1: error: expected a number without a unit, found '4KiB'");
  EXPECT_EQ(defect("a + é"), "e:1:5: error: expected a name or a number, found 'é'");
}

TEST(Expression, RefusesWhatWouldExhaustTheStack) {
  EXPECT_NE(defect(std::string(200, '(')), "");
  EXPECT_NE(defect(std::string(200, '-')), "");
  std::string sum = "1";
  for (int i = 0; i < 100000; ++i) sum += "+1";
  EXPECT_NE(defect(sum), "");
}

}  // namespace
}  // namespace weft::ir
