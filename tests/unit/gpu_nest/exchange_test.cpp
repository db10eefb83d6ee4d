// SPDX-License-Identifier: Apache-2.0
// A recurrence in one launch: lanes of a warp swap elements by shuffles, warps through shared
// memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/butterfly_document.h"
#include "tests/support/gpu_nest.h"

namespace weft::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kWarps = "order: [st, b, g, v, u, w], par: {b: warp, g: lane, v: lane}";
const std::string kCtas = "order: [st, b, g, v, u, w], par: {b: cta, g: lane, v: lane}";

/// 2**7 elements: 64 pairs, so that the last of the 6 hand-overs is between the warps of a CTA.
GpuNestRun run_exchange(const std::string& words, const std::string& steps = "7") {
  return run_gpu_nest(butterfly_document({.words = words, .steps = steps}));
}

class GpuExchangeForms : public ::testing::TestWithParam<std::string> {};

TEST_P(GpuExchangeForms, LeaveWhatThePlainWalkLeavesInOneLaunch) {
  const GpuNestRun run = run_exchange(GetParam());
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_EQ(run.run.launches.size(), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Gpu, GpuExchangeForms,
    ::testing::Values(kWarps + ", exchange: {X: shuffle}", kWarps + ", exchange: {X: smem}",
                      kCtas + ", exchange: {X: shuffle if 2**st < 32 else smem}",
                      kCtas + ", exchange: {X: shuffle if 2**st < 32 else dram}",
                      kCtas + ", radix: {st: 1}, exchange: {X: spad}"));

TEST(GpuExchange, ElementsMoveOnceAndStepsNeedNoLaunches) {
  const GpuNestRun plain = run_exchange(kWarps);
  const GpuNestRun kept = run_exchange(kWarps + ", exchange: {X: shuffle}");
  EXPECT_EQ(plain.run.launches.size(), 7);
  EXPECT_EQ(kept.products, plain.products);
  EXPECT_LT(kept.run.time_s, plain.run.time_s / 2);
  const double elements = 12 * 128 * 8;
  const double factors = 7 * 4 * 8;
  const double moved = kept.run.memory.dram_read_bytes + kept.run.memory.dram_write_bytes;
  EXPECT_GE(moved, 2 * elements);
  EXPECT_LE(moved, 2 * elements + factors + 2 * 32);
}

TEST(GpuExchange, AShuffleIsOneRequestWhereSharedMemoryTakesTwo) {
  const GpuNestRun shuffled = run_exchange(kWarps + ", exchange: {X: shuffle}");
  const GpuNestRun stored = run_exchange(kWarps + ", exchange: {X: smem}");
  // 12 warps; of 6 hand-overs that after step 5 is between the elements of one lane, and in each of
  // the others both pairs of a lane swap one element of 8 bytes: two passes of 128 bytes.
  const double passes = 12 * 5 * 2 * 2;
  EXPECT_DOUBLE_EQ(shuffled.run.activity.shared_bytes, passes * 128);
  EXPECT_GE(stored.run.activity.shared_bytes, 2 * passes * 128);
  EXPECT_LT(shuffled.run.time_s, stored.run.time_s);
}

TEST(GpuExchange, RadixPassesSwapBetweenThem) {
  const GpuNestRun run = run_exchange(kCtas + ", radix: {st: 3}, exchange: {X: smem}", "6");
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_EQ(run.run.launches.size(), 1);
}

TEST(GpuExchange, RefusesShufflesBetweenWarps) {
  EXPECT_THAT(run_exchange(kCtas + ", exchange: {X: shuffle}").messages,
              ElementsAre("k.yaml:12:79: error: exchange of X in s: after step 5 thread 0 needs "
                          "element 64 of thread 32, and a shuffle reaches the 32 lanes of a warp; "
                          "say shuffle if 2**st < 32 else smem"));
}

TEST(GpuExchange, RefusesStepsThatAllThreadsShare) {
  EXPECT_THAT(
      run_exchange("order: [st, b, g, v, u, w], par: {g: lane, v: lane}, exchange: {X: smem}")
          .messages,
      ElementsAre(HasSubstr("deal a loop over independent parts of X to warp or cta")));
}

TEST(GpuWarps, LanesOfAWarpAddUpWhatItsIterationSums) {
  const auto run = [](const std::string& words) {
    return run_gpu_nest(
        "kir: 1\nkernel: k\nparams: {M: 300, K: 200}\nindex: {m: M, k: K}\ntensors:\n"
        "  A: {dims: [m, k], dtype: f32, levels: [dense(m), dense(k)]}\n"
        "  y: {dims: [m], dtype: f32, levels: [dense(m)]}\n"
        "compute:\n  - sum: y[m] += A[m,k]\nschedule: {sum: {order: [m, k], " +
        words + "}}\n");
  };
  const GpuNestRun lanes = run("par: {m: warp, k: lane}, reduce: {k: shuffle}");
  for (const char* reduce : {"shuffle", "tree", "serial"}) {
    for (const char* unit : {"warp", "thread"}) {
      const GpuNestRun each =
          run(std::string("par: {m: ") + unit + ", k: lane}, reduce: {k: " + reduce + "}");
      EXPECT_THAT(each.messages, ElementsAre());
      EXPECT_EQ(each.deviation.first_mismatch, "");
      EXPECT_EQ(each.run.launches[0].ctas, 300 / 4);
    }
  }
  // A warp to a row reads along it; a thread to a row reads 32 rows at a time.
  EXPECT_LT(lanes.run.time_s, run("par: {m: thread}").run.time_s);
}

TEST(GpuWarps, OneLaneWorksWhereNothingIsLeftForTheOthers) {
  const GpuNestRun run = run_gpu_nest(
      "kir: 1\nkernel: k\nparams: {M: 70, K: 9}\nindex: {m: M, k: K}\ntensors:\n"
      "  A: {dims: [m, k], dtype: f32, levels: [dense(m), dense(k)]}\n"
      "  y: {dims: [m], dtype: f32, levels: [dense(m)]}\n"
      "compute:\n  - sum: y[m] += A[m,k]\nschedule: {sum: {order: [m, k], par: {m: warp}}}\n");
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_EQ(run.run.launches[0].ctas, 1);
}

}  // namespace
}  // namespace weft::tests
