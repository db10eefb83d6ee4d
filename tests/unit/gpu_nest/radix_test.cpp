// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/butterfly_document.h"
#include "tests/support/gpu_nest.h"

namespace weft::tests {
namespace {

using ::testing::ElementsAre;

GpuNestRun run_with(const std::string& words) {
  return run_gpu_nest(butterfly_document({.words = words}));
}

TEST(GpuRadix, PassesAreLaunchesAndMoveTheDataOnce) {
  const std::string words = "order: [st, b, g, v, u, w], par: {b: thread, g: thread, v: thread}";
  const GpuNestRun single = run_with(words);
  const GpuNestRun pairs = run_with(words + ", radix: {st: 2}");
  EXPECT_THAT(pairs.messages, ElementsAre());
  EXPECT_EQ(pairs.deviation.first_mismatch, "");
  EXPECT_EQ(pairs.products, single.products);
  EXPECT_EQ(single.run.launches.size(), 4);
  EXPECT_EQ(pairs.run.launches.size(), 2);
  EXPECT_LT(pairs.run.time_s, single.run.time_s);
}

TEST(GpuRadix, AThreadTakesItsGroupsThroughAllPasses) {
  const GpuNestRun run = run_with("order: [b, st, g, v, u, w], par: {b: thread}, radix: {st: 4}");
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
}

}  // namespace
}  // namespace weft::tests
