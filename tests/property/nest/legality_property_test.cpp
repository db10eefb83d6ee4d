// SPDX-License-Identifier: Apache-2.0
// Whether a parallel loop is legal, decided by the compiler from the form of subscripts, and again
// by going through all iterations.
#include <array>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

/// y[a*i + b*j + c] OP= x[i,j], with i and j cut into pieces and one of the four loops parallel.
struct Scatter {
  int64_t a = 1, b = 1, c = 0;
  std::array<int64_t, 2> outer{};  // iterations of i1, j1
  std::array<int64_t, 2> inner{};  // of i0, j0
  size_t parallel = 0;             // of i1, i0, j1, j0
  bool atomic = false;

  static constexpr std::array<const char*, 4> kLoops = {"i1", "i0", "j1", "j0"};

  int64_t extent(size_t index) const { return outer[index] * inner[index]; }
  int64_t place(int64_t i, int64_t j) const { return a * i + b * j + c; }

  /// Whether two iterations of the parallel loop write one element, by trying all points.
  bool clashes() const {
    std::map<int64_t, std::set<int64_t>> writers;  // [element] iterations of the loop
    for (int64_t i = 0; i < extent(0); ++i) {
      for (int64_t j = 0; j < extent(1); ++j) {
        const std::array<int64_t, 4> at = {i / inner[0], i % inner[0], j / inner[1], j % inner[1]};
        writers[place(i, j)].insert(at[parallel]);
      }
    }
    for (const auto& [element, iterations] : writers) {
      if (iterations.size() > 1) return true;
    }
    return false;
  }

  std::string text() const {
    const std::string loop = kLoops[parallel];
    const std::string index(1, loop[0]);
    std::string order = loop;
    for (const char* other : kLoops) order += loop == other ? "" : std::string(", ") + other;
    const auto number = [](int64_t value) { return std::to_string(value); };
    const int64_t most = place(extent(0) - 1, extent(1) - 1) + 1;
    return "kir: 1\nkernel: k\nparams: {I: " + number(extent(0)) + ", J: " + number(extent(1)) +
           ", Y: " + number(most) +
           "}\nindex: {i: I, j: J}\ntensors:\n"
           "  x: {dims: [i, j], dtype: f64, levels: [dense(i), dense(j)]}\n"
           "  y: {dims: [Y], dtype: f64, levels: [dense(i0)]}\n"
           "compute:\n  - s: y[" +
           number(a) + "*i + " + number(b) + "*j + " + number(c) +
           "] += x[i,j]\nschedule:\n  s:\n    split: {i: [i1, i0], j: [j1, j0]}\n    tiles: {i0: " +
           number(inner[0]) + ", j0: " + number(inner[1]) + "}\n    order: [" + order +
           "]\n    par: {" + loop + ": thread}\n" +
           (atomic ? "    reduce: {" + index + ": atomic}\n" : "");
  }
};

Scatter arbitrary_scatter() {
  Scatter scatter;
  scatter.a = *rc::gen::inRange<int64_t>(0, 8);
  scatter.b = *rc::gen::inRange<int64_t>(0, 8);
  scatter.c = *rc::gen::inRange<int64_t>(0, 3);
  for (size_t index = 0; index < 2; ++index) {
    scatter.outer[index] = *rc::gen::inRange<int64_t>(1, 5);
    scatter.inner[index] = *rc::gen::inRange<int64_t>(1, 5);
  }
  scatter.parallel = *rc::gen::inRange<size_t>(0, 4);
  scatter.atomic = *rc::gen::inRange(0, 4) == 0;
  return scatter;
}

TEST(LegalityProperty, ALoopIsRefusedExactlyWhereItsIterationsWriteOneElement) {
  int accepted = 0;
  int refused = 0;
  const bool holds = rc::check([&] {
    const Scatter scatter = arbitrary_scatter();
    const NestRun run = run_nest(scatter.text());
    const bool races = scatter.clashes() && !scatter.atomic;
    RC_LOG(scatter.text());
    if (races) {
      RC_ASSERT(run.messages.size() == 1U);
      RC_ASSERT(run.messages[0].find("would race") != std::string::npos);
      ++refused;
    } else {
      RC_ASSERT(run.messages.empty());
      RC_ASSERT(run.finished);
      RC_ASSERT(run.deviation.first_mismatch == "");
      ++accepted;
    }
  });
  EXPECT_TRUE(holds);
  EXPECT_GE(accepted, 10);
  EXPECT_GE(refused, 10);
}

/// h[i + w] = h[i + r] + 1 for w and r of 0..3: what an iteration reads another may write.
TEST(LegalityProperty, ALoopThatReadsWhatItWritesRunsInParallelOnlyAtTheSameElement) {
  const bool holds = rc::check([] {
    const int64_t write = *rc::gen::inRange<int64_t>(0, 4);
    const int64_t read = *rc::gen::inRange<int64_t>(0, 4);
    const int64_t extent = *rc::gen::inRange<int64_t>(2, 12);
    const NestRun run = run_nest("kir: 1\nkernel: k\nparams: {N: " + std::to_string(extent) +
                                 "}\nindex: {i: N}\ntensors:\n"
                                 "  h: {dims: ['N+3'], dtype: f64, levels: [dense(i0)]}\n"
                                 "compute:\n  - s: h[i+" +
                                 std::to_string(write) + "] = h[i+" + std::to_string(read) +
                                 "] + 1\nschedule: {s: {order: [i], par: {i: thread}}}\n");
    const int64_t distance = std::abs(write - read);
    if (distance == 0) {
      RC_ASSERT(run.messages.empty());
      RC_ASSERT(run.deviation.first_mismatch == "");
    } else if (distance < extent) {
      RC_ASSERT(run.messages.size() == 1U);
      RC_ASSERT(run.messages[0].find("reads elements") != std::string::npos);
    }
  });
  EXPECT_TRUE(holds);
}

/// T = x moved by some elements, Y = T moved by some: fused at the loop that both walk.
TEST(LegalityProperty, StatementsShareALoopOnlyWhereOneIterationMakesWhatTheNextReads) {
  const bool holds = rc::check([] {
    const int64_t made = *rc::gen::inRange<int64_t>(0, 3);
    const int64_t used = *rc::gen::inRange<int64_t>(0, 3);
    const NestRun run = run_nest(
        "kir: 1\nkernel: k\nparams: {N: 9}\nindex: {i: N, j: 4}\ntensors:\n"
        "  x: {dims: [i, j], dtype: f64, levels: [dense(i), dense(j)]}\n"
        "  T: {dims: ['N+2', j], dtype: f64, levels: [dense(i0), dense(j)]}\n"
        "  Y: {dims: [i, j], dtype: f64, levels: [dense(i), dense(j)]}\n"
        "compute:\n  - first: T[i+" +
        std::to_string(made) + ",j] = 2 * x[i,j]\n  - second: Y[i,j] = T[i+" +
        std::to_string(used) +
        ",j] + 1\nschedule:\n  all: {order: [i, j], par: {i: thread}}\n"
        "  fuse_at: {T: {loop: i, in: spad}}\n");
    if (made == used) {
      RC_ASSERT(run.messages.empty());
      RC_ASSERT(run.deviation.first_mismatch == "");
    } else {
      RC_ASSERT(!run.messages.empty());
      RC_ASSERT(run.messages[0].find("cannot share loop") != std::string::npos);
    }
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace weft::tests
