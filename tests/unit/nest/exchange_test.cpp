// SPDX-License-Identifier: Apache-2.0
// A recurrence whose elements stay with the threads of a core, which swap them between its steps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/butterfly_document.h"
#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kCores = "order: [b, st, g, v, u, w], par: {b: core, g: thread, v: thread}";

NestRun run_exchange(const std::string& words, const std::string& more = "") {
  return run_nest(butterfly_document({.words = words, .more = more}));
}

class ExchangeForms : public ::testing::TestWithParam<std::string> {};

TEST_P(ExchangeForms, LeaveWhatThePlainWalkLeaves) {
  const NestRun run = run_exchange(GetParam());
  expect_plain_result(run);
}

INSTANTIATE_TEST_SUITE_P(
    Nest, ExchangeForms,
    ::testing::Values(kCores + ", exchange: {X: spad}", kCores + ", exchange: {X: dram}",
                      kCores + ", exchange: {X: spad if st < 2 else dram}",
                      kCores + ", radix: {st: 2}, exchange: {X: spad}",
                      "order: [b, st, v, g, u, w], par: {b: core, v: thread}, exchange: {X: spad}",
                      "order: [b, st, g, v, w, u], par: {b: core, g: thread, v: thread}, "
                      "exchange: {X: spad}",
                      "order: [st, g, b, v, u, w], par: {b: core, g: thread, v: thread}, "
                      "exchange: {X: spad}",
                      "order: [b, st, g, v, u, w], par: {b: thread}, exchange: {X: spad}"));

TEST(Exchange, MovesTheDataOnceThroughMemory) {
  const NestRun plain = run_exchange(kCores);
  const NestRun kept = run_exchange(kCores + ", exchange: {X: spad}");
  const NestRun half = run_exchange(kCores + ", exchange: {X: spad if st < 2 else dram}");
  const uint64_t elements = 12 * 16 * 8;
  const uint64_t factors = plain.products * 8;  // H, which nothing holds
  EXPECT_EQ(kept.products, plain.products);
  EXPECT_EQ(kept.source_bytes - factors, 2 * elements);
  // One of the three hand-overs is between steps 2 and 3: a thread keeps one element of two.
  EXPECT_EQ(half.source_bytes - factors, 2 * elements + elements);
  EXPECT_LT(kept.cycles, half.cycles);
  EXPECT_LT(half.cycles, plain.cycles);
}

TEST(Exchange, DramAloneIsThePlainWalk) {
  const NestRun plain = run_exchange(kCores);
  const NestRun asked = run_exchange(kCores + ", exchange: {X: dram}");
  EXPECT_EQ(asked.cycles, plain.cycles);
  EXPECT_EQ(asked.source_bytes, plain.source_bytes);
}

TEST(Exchange, RefusesWhatTheMachineLacksWithItsPlace) {
  EXPECT_THAT(run_exchange(kCores + ", exchange: {X: shuffle}").messages,
              ElementsAre("k.yaml:12:84: error: exchange of X in s: the machine has no lanes that "
                          "shuffle; say spad"));
}

TEST(Exchange, RefusesAnotherPlaceForTheSameTensor) {
  const std::string words = kCores + ", exchange: {X: spad}";
  EXPECT_THAT(run_exchange(words, "  fuse_at: {X: {loop: b, in: spad}}\n").messages,
              ElementsAre(HasSubstr("leave out fuse_at of it")));
  EXPECT_THAT(run_exchange(words + ", hold: {X: {at: v, in: reg}}").messages,
              ElementsAre(HasSubstr("leave out accum and hold of it")));
}

TEST(Exchange, RefusesStepsThatAllThreadsOfTheMachineShare) {
  EXPECT_THAT(
      run_exchange("order: [st, b, g, v, u, w], par: {g: thread, v: thread}, exchange: {X: spad}")
          .messages,
      ElementsAre(HasSubstr("no loop around the steps is dealt out")));
}

TEST(Exchange, RefusesMoreElementsThanRegisters) {
  EXPECT_THAT(
      run_nest(butterfly_document({.words = kCores + ", exchange: {X: spad}", .steps = "8"}))
          .messages,
      ElementsAre(HasSubstr("a thread needs more than 16 elements of X at a time")));
}

TEST(Exchange, RefusesConditionsThatNameOtherLoops) {
  EXPECT_THAT(run_exchange(kCores + ", exchange: {X: spad if g < 2 else dram}").messages,
              ElementsAre(HasSubstr("'g < 2' has no value in step 0; it may name 'st'")));
}

TEST(Exchange, RefusesSumsThatThreadsDivide) {
  EXPECT_THAT(run_exchange("order: [b, st, g, v, u, w], par: {b: core, w: thread}, "
                           "reduce: {w: atomic}, exchange: {X: spad}")
                  .messages,
              ElementsAre(HasSubstr("'w' sums and is dealt out")));
}

TEST(Exchange, RefusesWhatIsNoRecurrence) {
  const std::string text =
      "kir: 1\nkernel: k\nparams: {N: 9}\nindex: {i: N}\ntensors:\n"
      "  x: {dims: [i], dtype: f64, levels: [dense(i)]}\n"
      "  y: {dims: [i], dtype: f64, levels: [dense(i)]}\n"
      "compute:\n  - s: y[i] = 2 * x[i]\n"
      "schedule: {s: {order: [i], par: {i: thread}, exchange: {x: spad}}}\n";
  EXPECT_THAT(run_nest(text).messages, ElementsAre(HasSubstr("no repeat runs the statement")));
}

/// Neighbours of a ring: every thread needs one element of each side in each step.
TEST(Exchange, NeighboursSwapWhatTheyNeed) {
  const std::string text =
      "kir: 1\nkernel: k\nparams: {T: 5, B: 6, N: 8}\nindex: {t: T, b: B, i: N}\ntensors:\n"
      "  h: {dims: ['T+1', b, i], dtype: f64, levels: [gen(i0), dense(b), dense(i)]}\n"
      "compute:\n  - repeat: {t: [s]}\n"
      "  - s: h[t+1,b,i] = h[t,b,(i+1)%N] + h[t,b,(i+N-1)%N] - h[t,b,i]\n"
      "schedule:\n  s: {order: [b, t, i], par: {b: core, i: thread}, exchange: {h: spad}}\n";
  const NestRun run = run_nest(text);
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
  // At first every thread loads three elements; at last every element is stored.
  EXPECT_EQ(run.source_bytes, (3 + 1) * 6 * 8 * 8);
}

}  // namespace
}  // namespace weft::tests
