// SPDX-License-Identifier: Apache-2.0
// Recurrences in chunks: the written-out statements leave what the plain recurrence leaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/nest/unused_words.h"
#include "tests/support/nest_machine.h"
#include "tests/support/scan_document.h"

namespace weft::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ScanForms : public ::testing::TestWithParam<Scan> {};

TEST_P(ScanForms, LeaveWhatThePlainRecurrenceLeaves) {
  const NestRun run = run_nest(scan_document(GetParam()));
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_TRUE(run.finished);
  EXPECT_EQ(run.deviation.first_mismatch, "");
}

INSTANTIATE_TEST_SUITE_P(Nest, ScanForms, ::testing::ValuesIn(scan_forms()),
                         [](const auto& form) { return "Form" + std::to_string(form.index); });

TEST(Scan, ChunksFindFactorsAndOffsetsBeforeStates) {
  Scan serial{.words = "order: [d, t1, t0], par: {d: thread}"};
  std::string plain = scan_document(serial);
  plain.erase(plain.find("  step: {scan"));
  const NestRun slow = run_nest(plain);
  const NestRun fast = run_nest(
      scan_document({.words = "order: [d, t1, t0], par: {t1: core, d: thread}", .tile = "12"}));
  EXPECT_EQ(slow.deviation.first_mismatch, "");
  EXPECT_GT(fast.products, 2 * slow.products);  // factors, offsets and states
}

TEST(Scan, RefusesWhatIsNotLinearInItsState) {
  const NestRun run = run_nest(scan_document({.value = "h[t,d] * h[t,d] + u[t,d]"}));
  EXPECT_THAT(run.messages,
              ElementsAre(HasSubstr("k.yaml:16:17: error: scan of t in step: expected "
                                    "h[t+1,...] = P * h[t,...] + Q")));
}

TEST(Scan, RefusesChunksThatLeaveARest) {
  const NestRun run = run_nest(scan_document({.tile = "7"}));
  EXPECT_THAT(run.messages, ElementsAre(HasSubstr("chunks of 7 steps do not divide t = 24")));
}

TEST(Scan, RefusesAnotherSplit) {
  std::string text = scan_document({.words = "order: [t, d]"});
  const std::string split = "split: {t: [t1, t0]}, tiles: {t0: 6}, ";
  text.erase(text.find(split), split.size());
  const NestRun run = run_nest(text);
  EXPECT_THAT(run.messages, ElementsAre(HasSubstr("split: {t: [t1, t0]}")));
}

TEST(UnusedWords, AreNamedWithTheirPlace) {
  base::Diagnostics diagnostics;
  const ir::Kernel kernel = nest_kernel(
      "kir: 1\nkernel: k\nparams: {T: 4, D: 5}\nindex: {t: T, d: D}\ntensors:\n"
      "  h: {dims: ['T+1', d], dtype: f64, levels: ['gen(i0)', 'dense(d)']}\n"
      "compute:\n  - repeat: {t: [s]}\n  - s: h[t+1,d] = 2 * h[t,d]\n"
      "bind:\n  place: {h: {dram: block(d)}}\n",
      diagnostics);
  EXPECT_THAT(mapper::unused_words(kernel),
              ElementsAre(HasSubstr("place of h in k does not change the time")));
}

}  // namespace
}  // namespace weft::tests
