// SPDX-License-Identifier: Apache-2.0
// Blocks of reflections in compact WY form: the same state, read and written once for each block.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/nest_machine.h"
#include "tests/support/reflections_document.h"

namespace weft::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kColumns = "  all: {order: [c, j, i], par: {c: thread}}\n";
const std::string kSteps = "  all: {order: [j, c, i], par: {c: thread}}\n";
const std::string kKept = "  fuse_at: {X: {loop: c, in: spad}, s: {loop: c, in: spad}}\n";
const std::string kHeld =
    "  all: {order: [j, c, i], par: {c: thread}, hold: {V: {at: j, in: spad, via: dma}}}\n";

std::string in_blocks(int block) {
  return "  rewrite: {wy: {block: " + std::to_string(block) + "}}\n";
}

NestRun run_rewritten(const std::string& schedule) {
  return run_nest(reflections_document({.schedule = schedule}));
}

class RewriteForms : public ::testing::TestWithParam<std::string> {};

TEST_P(RewriteForms, LeaveWhatSingleReflectionsLeave) {
  for (const int block : {1, 2, 8, 16, 32}) {
    const NestRun run = run_rewritten(GetParam() + in_blocks(block));
    SCOPED_TRACE(block);
    expect_plain_result(run);
  }
}

INSTANTIATE_TEST_SUITE_P(Nest, RewriteForms,
                         ::testing::Values(kColumns, kSteps, kColumns + kKept, kHeld));

TEST(Rewrite, ProductsOfEveryStepAreKeptWhereTheDocumentKeepsThem) {
  const NestRun run = run_nest(reflections_document(
      {.schedule = kColumns + in_blocks(4), .products = "'dense(j)', 'dense(c)'"}));
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
}

TEST(Rewrite, BlocksMoveTheStateOnceForAllTheirSteps) {
  const auto run = [](const std::string& schedule) {
    return run_nest(reflections_document({.schedule = schedule, .columns = "300"}));
  };
  const NestRun plain = run(kHeld);
  const NestRun blocks = run(kHeld + in_blocks(8));
  // A step reads the state twice and writes it once, and so does a block of eight; that leaves an
  // eighth, and the two copies of the state and the products with T come on top.
  EXPECT_LT(2 * blocks.source_bytes, plain.source_bytes);
  EXPECT_LT(blocks.cycles, plain.cycles);
}

TEST(Rewrite, RefusesBlocksThatLeaveARest) {
  EXPECT_THAT(run_rewritten(kColumns + in_blocks(5)).messages,
              ElementsAre(HasSubstr("rewrite wy: blocks of 5 do not divide j = 16")));
}

TEST(Rewrite, RefusesWhatIsNoRunOfReflections) {
  const auto told = [](const ReflectionsDocument& form) {
    return run_nest(reflections_document(form)).messages;
  };
  const std::string words = kColumns + in_blocks(4);
  EXPECT_THAT(told({.schedule = words, .update = "X[j,c,i] + V[j,i] * s[j,c]"}),
              ElementsAre(HasSubstr("axpy does not take a multiple of V[j,i]*s[j,c]")));
  EXPECT_THAT(told({.schedule = words, .update = "X[j,c,i] - b[0] * s[j,c]"}),
              ElementsAre(HasSubstr("axpy does not take a multiple of V[j,i]*s[j,c]")));
  EXPECT_THAT(told({.schedule = words, .update = "X[j,c,i] - V[0,i] * V[j,i] * s[j,c]"}),
              ElementsAre(HasSubstr("the factor V[0,i] differs between elements of one step")));
  EXPECT_THAT(told({.schedule = words, .state = "dense(i0)"}),
              ElementsAre(HasSubstr("X keeps every step, and blocks leave the last alone")));
}

}  // namespace
}  // namespace weft::tests
