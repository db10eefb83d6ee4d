// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/gpu_nest.h"
#include "tests/support/reflections_document.h"

namespace weft::tests {
namespace {

using ::testing::IsEmpty;

TEST(GpuRewrite, BlocksNeedFewerLaunches) {
  const auto run = [](const std::string& rewrite) {
    return run_gpu_nest(reflections_document(
        {.schedule = "  all: {order: [j, c, i]}\n" + rewrite, .columns = "64"}));
  };
  const GpuNestRun plain = run("");
  const GpuNestRun blocks = run("  rewrite: {wy: {block: 16}}\n");
  EXPECT_THAT(blocks.messages, IsEmpty());
  EXPECT_EQ(blocks.deviation.first_mismatch, "");
  EXPECT_EQ(plain.run.launches.size(), 2 * 16);  // a product and an update for each step
  EXPECT_EQ(blocks.run.launches.size(), 9);      // T in three, a block in three, copies in three
  EXPECT_LT(blocks.run.time_s, plain.run.time_s);
}

TEST(GpuRewrite, AThreadTakesItsColumnsThroughAllBlocks) {
  const GpuNestRun run = run_gpu_nest(reflections_document(
      {.schedule = "  all: {order: [c, j, i], par: {c: thread}}\n  rewrite: {wy: {block: 8}}\n"}));
  EXPECT_THAT(run.messages, IsEmpty());
  EXPECT_EQ(run.deviation.first_mismatch, "");
}

}  // namespace
}  // namespace weft::tests
