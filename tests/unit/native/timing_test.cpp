// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/timing.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "kernels/native/cpu/host.h"

namespace weft::native {
namespace {

TEST(TimeRuns, WarmsUpAndDiscardsBetweenRuns) {
  std::string log;
  const Timing timing = time_runs(
      Repetitions::exactly(3), [&] { log += 'r'; }, [&] { log += 'd'; });
  EXPECT_EQ(log, "rdrdrdr");
  EXPECT_EQ(timing.times_s.size(), 3U);
  EXPECT_EQ(timing.best_s, std::ranges::min(timing.times_s));
  EXPECT_GE(timing.median_s, timing.best_s);
}

TEST(TimeRuns, ShortRunsAreTriedMoreOften) {
  const Timing timing = time_runs({2, 10.0, 7}, [] {});
  EXPECT_EQ(timing.times_s.size(), 7U) << "ten seconds of nothing are never reached";
}

TEST(WorthwhileThreads, SmallWorkIsForOneThread) {
  EXPECT_EQ(worthwhile_threads(1000, 8), 1);
  EXPECT_EQ(worthwhile_threads(1e6, 8), 3);
  EXPECT_EQ(worthwhile_threads(1e9, 8), 8);
}

TEST(Host, StatesItselfAndItsPeak) {
  const Host host = describe_host();
  EXPECT_FALSE(host.cpu.empty());
  EXPECT_GE(host.processors, 1);
  EXPECT_FALSE(host.vectors.empty());
  const HostPeak peak = measure_peak<float>(1);
  EXPECT_GT(peak.gflops, 0.1);
  EXPECT_LT(peak.gflops, 1e5) << "the compiler left the loop out";
  EXPECT_GT(peak.stream_gb_s, 0.01);
  EXPECT_LT(peak.stream_gb_s, 1e4);
}

}  // namespace
}  // namespace weft::native
