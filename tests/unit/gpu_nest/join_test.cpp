// SPDX-License-Identifier: Apache-2.0
// Partial sums of threads on an SM array, and atomics of lanes that meet at one element.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/gpu_nest.h"
#include "tests/support/sanitized.h"

namespace weft::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

GpuNestRun run_sums(const std::string& words) {
  return run_gpu_nest(fmt::format(
      "kir: 1\nkernel: k\nparams: {{M: 300, K: 3000}}\nindex: {{m: M, k: K}}\ntensors:\n"
      "  A: {{dims: [m, k], dtype: f32, levels: [dense(m), dense(k)]}}\n"
      "  y: {{dims: [m], dtype: f32, levels: [dense(m)]}}\n"
      "compute:\n  - sum: y[m] += A[m,k]\n"
      "schedule:\n  sum: {{order: [m, k], {}}}\n",
      words));
}

GpuNestRun run_rows(const std::string& reduce) {
  return run_sums("par: {m: cta, k: thread}, reduce: {k: " + reduce + "}");
}

TEST(GpuJoin, EveryWayLeavesTheSameSums) {
  for (const char* reduce : {"serial", "tree", "shuffle", "atomic"}) {
    const GpuNestRun run = run_rows(reduce);
    EXPECT_THAT(run.messages, IsEmpty()) << reduce;
    EXPECT_EQ(run.deviation.first_mismatch, "") << reduce;
  }
}

TEST(GpuJoin, ShufflesAreFasterThanATreeAndATreeThanOneThread) {
  if (kSanitized) GTEST_SKIP() << "EveryWayLeavesTheSameSums runs the same four";
  const double shuffle = run_rows("shuffle").run.time_s;
  const double tree = run_rows("tree").run.time_s;
  EXPECT_LT(shuffle, tree);
  EXPECT_LT(tree, run_rows("serial").run.time_s);
  EXPECT_LT(tree, run_rows("atomic").run.time_s);
}

TEST(GpuJoin, PartsOfLongSumsKeepMoreThreadsBusy) {
  const GpuNestRun whole = run_sums("par: {m: thread}");
  const GpuNestRun parts = run_sums("par: {m: thread}, reduce: {k: split_k(50)}");
  EXPECT_THAT(parts.messages, IsEmpty());
  EXPECT_EQ(parts.deviation.first_mismatch, "");
  EXPECT_EQ(parts.run.launches.size(), 2);
  EXPECT_EQ(parts.run.launches[0].ctas, (50 * 300 + 127) / 128);
  EXPECT_LT(parts.run.time_s, whole.run.time_s);
}

TEST(GpuJoin, LanesThatAddToOneElementTakeTurns) {
  const auto run = [](int elements) {
    return run_gpu_nest(fmt::format(
        "kir: 1\nkernel: k\nparams: {{K: 524288}}\nindex: {{k: K}}\ntensors:\n"
        "  x: {{dims: [k], dtype: f64, levels: [dense(k)]}}\n"
        "  y: {{dims: [32], dtype: f64, levels: [dense(i0)]}}\n"
        "compute:\n  - add: y[k%{}] += x[k]\n"
        "schedule: {{add: {{order: [k], par: {{k: thread}}, reduce: {{k: atomic}}}}}}\n",
        elements));
  };
  const GpuNestRun one = run(1);
  const GpuNestRun many = run(32);
  EXPECT_THAT(one.messages, IsEmpty());
  EXPECT_EQ(one.deviation.first_mismatch, "");
  // Each of the 32 turns of a warp moves the element's sector; 32 elements are 8 sectors in one.
  const double warps = 524288 / 32;
  EXPECT_DOUBLE_EQ(one.run.memory.l2_bytes - many.run.memory.l2_bytes, warps * (32 - 8) * 32);
  EXPECT_GT(one.run.launches[0].cycles, many.run.launches[0].cycles);
}

}  // namespace
}  // namespace weft::tests
