// SPDX-License-Identifier: Apache-2.0
// Several steps of a butterfly in one pass: the same values, and less traffic where the data lie.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/butterfly_document.h"
#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kAlone = "order: [b, st, g, v, u, w], par: {b: thread}";
const std::string kTogether = "order: [st, b, g, v, u, w], par: {b: thread, g: thread, v: thread}";

NestRun run_with(const std::string& words, const std::string& more = "") {
  return run_nest(butterfly_document({.words = words, .more = more}));
}

class RadixForms : public ::testing::TestWithParam<std::string> {};

TEST_P(RadixForms, LeaveWhatSingleStepsLeave) {
  const NestRun run = run_with(GetParam());
  expect_plain_result(run);
}

INSTANTIATE_TEST_SUITE_P(
    Nest, RadixForms,
    ::testing::Values(kAlone + ", radix: {st: 1}", kAlone + ", radix: {st: 2}",
                      kAlone + ", radix: {st: 4}", kTogether + ", radix: {st: 2}",
                      kTogether + ", radix: {st: 4}",
                      "order: [b, st, v, u, g, w], par: {b: core, v: thread}, radix: {st: 2}"));

TEST(Radix, PassesMoveTheDataOnceForAllTheirSteps) {
  for (const std::string& words : {kAlone, kTogether}) {
    const NestRun single = run_with(words);
    const NestRun pairs = run_with(words + ", radix: {st: 2}");
    const NestRun all = run_with(words + ", radix: {st: 4}");
    EXPECT_EQ(pairs.products, single.products);
    // A single step reads an element twice and writes it once; a pass reads and writes it once.
    // H, which nothing holds, is read alike by all of them.
    const uint64_t elements = 12 * 16 * 8;
    const uint64_t factors = single.products * 8;
    EXPECT_EQ(pairs.source_bytes - factors, 2 * 2 * elements) << words;
    EXPECT_EQ(all.source_bytes - factors, 2 * elements) << words;
    EXPECT_GT(single.source_bytes - factors, 4 * 2 * elements) << words;
    EXPECT_LT(pairs.cycles, single.cycles) << words;
  }
}

TEST(Radix, GroupsComeFromTheScratchpadWhereThatKeepsTheData) {
  const std::string kept = "  fuse_at: {X: {loop: b, in: spad}}\n";
  const NestRun single = run_with(kAlone, kept);
  const NestRun pairs = run_with(kAlone + ", radix: {st: 2}", kept);
  EXPECT_THAT(pairs.messages, ElementsAre());
  EXPECT_EQ(pairs.deviation.first_mismatch, "");
  EXPECT_EQ(pairs.source_bytes, single.source_bytes);
  EXPECT_EQ(pairs.dma_bytes, single.dma_bytes);
  EXPECT_LT(pairs.cycles, single.cycles);
}

TEST(Radix, BasesOtherThanTwoAreDigitsToo) {
  std::string text = butterfly_document(
      {.words = kAlone + ", radix: {st: 2}", .extents = "g: 3**(L-1-st), v: 3**st, u: 3, w: 3"});
  for (const auto& [from, to] :
       {std::pair{"2**L", "3**L"}, {"(g*2+", "(g*3+"}, {"2**st +", "3**st +"}}) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from))
      text.replace(at, std::string(from).size(), std::string(to));
  }
  const NestRun run = run_nest(text);
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
}

TEST(Radix, RefusesPassesThatLeaveARest) {
  EXPECT_THAT(run_with(kAlone + ", radix: {st: 3}").messages,
              ElementsAre("k.yaml:12:61: error: radix of st in s: 3 steps at once do not divide "
                          "st = 4"));
}

TEST(Radix, RefusesMoreElementsThanRegisters) {
  EXPECT_THAT(
      run_nest(butterfly_document({.words = kAlone + ", radix: {st: 5}", .steps = "5"})).messages,
      ElementsAre(HasSubstr("5 steps join 32 elements of X; registers keep no more than 16")));
}

TEST(Radix, RefusesGroupsThatAreNotClosed) {
  const NestRun run = run_nest(butterfly_document(
      {.words = kAlone + ", radix: {st: 2}", .read = "w*2**(L-1) + g*2**st + v"}));
  EXPECT_THAT(
      run.messages,
      ElementsAre(HasSubstr("steps together need a butterfly; w*2**(L - 1) + g*2**st + v is not "
                            "(g*p+u)*p**st+v with g, u and v the digits of a number")));
}

TEST(Radix, RefusesOtherElementsOfTheSameTensor) {
  std::string text = butterfly_document({.words = kAlone + ", radix: {st: 2}"});
  text.replace(text.find("X[st, b,"), 8, std::string("X[st, B-1-b,"));
  EXPECT_THAT(run_nest(text).messages,
              ElementsAre(HasSubstr("subscript 2 of X is read elsewhere than it is written")));
}

TEST(Legality, StepsInTwoLoopsKeepWhatStandsBetweenThemApart) {
  const std::string text =
      "kir: 1\nkernel: k\nparams: {T: 6, N: 9}\nindex: {t: T, i: N}\ntensors:\n"
      "  h: {dims: ['T+1', N], dtype: f64, levels: [gen(i0), dense(i1)]}\n"
      "compute:\n  - repeat: {t: [step]}\n  - step: h[t+1,i] = h[t,N-1-i] + 1\n"
      "schedule: {step: {split: {t: [t1, t0]}, tiles: {t0: 3}, order: [t1, i, t0]}}\n";
  EXPECT_THAT(run_nest(text).messages,
              ElementsAre(HasSubstr("step and step cannot share loop 'i': what step reads of h is "
                                    "partly made in other iterations")));
  std::string apart = text;
  apart.replace(apart.find("N-1-i"), 5, std::string("i"));
  const NestRun run = run_nest(apart);
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
}

}  // namespace
}  // namespace weft::tests
