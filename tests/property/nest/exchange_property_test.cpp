// SPDX-License-Identifier: Apache-2.0
// Which elements threads swap between the steps of a butterfly, against the digits of their
// numbers.
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/butterfly_document.h"
#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

constexpr int64_t kThreads = 8;  // of a core of small_target()

/// Of element x of 2**steps, the thread that computes it in a step: the number of its pair, which
/// is x without digit `step`, with the low part fastest or slowest.
int64_t owner(int64_t x, int64_t step, int64_t steps, bool low_last) {
  const int64_t low = x % (int64_t{1} << step);
  const int64_t high = x >> (step + 1);
  const int64_t pair = low_last ? (high << step) + low : (low << (steps - 1 - step)) + high;
  return pair % kThreads;
}

/// Elements that change threads, over all hand-overs.
int64_t swapped(int64_t steps, bool low_last) {
  int64_t count = 0;
  for (int64_t step = 0; step + 1 < steps; ++step) {
    for (int64_t x = 0; x < int64_t{1} << steps; ++x)
      count += owner(x, step, steps, low_last) != owner(x, step + 1, steps, low_last) ? 1 : 0;
  }
  return count;
}

TEST(ExchangeProperty, WhatChangesThreadsIsSwappedAndNothingElse) {
  std::map<bool, int> seen;
  const bool holds = rc::check([&] {
    const int64_t steps = *rc::gen::inRange<int64_t>(1, 7);
    const int64_t through_spad = *rc::gen::inRange<int64_t>(0, 7);
    const bool low_last = *rc::gen::arbitrary<bool>();
    const bool inside = *rc::gen::arbitrary<bool>();
    const std::string digits = low_last ? "g, v" : "v, g";
    const std::string words = "order: [" + std::string(inside ? "b, st, " : "st, b, ") + digits +
                              ", u, w], par: {b: core, g: thread, v: thread}, "
                              "exchange: {X: spad if st < " +
                              std::to_string(through_spad) + " else dram}";
    const std::string text = butterfly_document({.words = words, .steps = std::to_string(steps)});
    RC_LOG(text);
    base::Diagnostics diagnostics;
    const ir::Kernel kernel = nest_kernel(text, diagnostics);
    mapper::NestTensors tensors(kernel, with_random(kernel, {}), diagnostics);
    const mapper::CompiledNest compiled(kernel, small_target(), tensors, diagnostics);
    RC_ASSERT(diagnostics.empty());
    const program::NestExchange& exchange = compiled.program().nest.exchanges.at(0);
    const auto elements = static_cast<int64_t>(exchange.takes.elements.size());
    const int64_t all = int64_t{1} << steps;
    RC_ASSERT(elements == all + swapped(steps, low_last));
    RC_ASSERT(exchange.gives.elements.size() == exchange.takes.elements.size());
    ++seen[swapped(steps, low_last) > 0];
    const NestRun run = run_nest(text);
    RC_ASSERT(run.messages.empty());
    RC_ASSERT(run.deviation.first_mismatch == "");
  });
  EXPECT_TRUE(holds);
  EXPECT_GE(seen[true], 10);
  EXPECT_GE(seen[false], 5);
}

}  // namespace
}  // namespace weft::tests
