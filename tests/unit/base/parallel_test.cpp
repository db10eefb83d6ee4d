// SPDX-License-Identifier: Apache-2.0
#include "base/parallel.h"

#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weft::base {
namespace {

/// How often each number below `count` was taken.
std::vector<int> taken(int64_t count, int64_t part) {
  std::vector<int> times(static_cast<size_t>(count));
  SharedRange all(count, part);
  on_processors(all.parts(), [&] {
    while (const SharedRange::Part mine = all.take()) {
      for (int64_t i = mine.begin; i < mine.end; ++i) ++times[static_cast<size_t>(i)];
    }
  });
  return times;
}

TEST(Parallel, EveryNumberIsTakenOnce) {
  for (const int64_t count : {0, 1, 63, 64, 65, 10'000}) {
    for (const int64_t part : {1, 64, 20'000})
      EXPECT_EQ(taken(count, part), std::vector<int>(static_cast<size_t>(count), 1)) << count;
  }
}

TEST(Parallel, WorksOnNoMoreThreadsThanAsked) {
  std::atomic<int> calls = 0;
  on_processors(1, [&] { ++calls; });
  EXPECT_EQ(calls, 1);
  on_processors(0, [&] { ++calls; });
  EXPECT_EQ(calls, 2) << "the caller is always one of them";
}

TEST(Parallel, AnExceptionReachesTheCaller) {
  EXPECT_THROW(on_processors(4, [] { throw std::runtime_error("no"); }), std::runtime_error);
}

TEST(Parallel, AProcessMayForkBetweenLoops) {
  const std::vector<int> before = taken(1000, 1);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(taken(1000, 1) == before ? 0 : 1);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace weft::base
