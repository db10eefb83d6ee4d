// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "kernels/tensor/generate.h"
#include "tests/unit/compile/bare_machine.h"
#include "tests/unit/compile/plans.h"

namespace weft::tests {
namespace {

using mapper::SpgemmPlan;
using testing::HasSubstr;

/// What one word of a plan does: the product stays, and only what the word is about changes.
class PlanWord : public testing::Test {
 protected:
  BareRun run(const SpgemmPlan& plan) {
    const BareRun result = simulate({}, plan, matrix_, matrix_);
    EXPECT_TRUE(result.finished);
    EXPECT_TRUE(result.report.passed) << result.report.first_mismatch;
    return result;
  }
  SpgemmPlan plan(const std::string& name) { return dataflow_plans().at(name); }

  tensor::CsrMatrix matrix_ = tensor::generate("rmat:scale=7,edges=1500,seed=5");
};

TEST_F(PlanWord, SortOrdersHashedRowsAndMovesNoMoreMemory) {
  SpgemmPlan sorted = plan("row_hash");
  SpgemmPlan unsorted = sorted;
  unsorted.sort = false;
  // The passes over a row come in column order; a single pass shows what a table leaves.
  sorted.slots = unsorted.slots = 512;
  const BareRun with = run(sorted), without = run(unsorted);
  EXPECT_TRUE(with.sorted);
  EXPECT_FALSE(without.sorted);
  EXPECT_EQ(with.moved_bytes, without.moved_bytes);
  EXPECT_EQ(with.products, without.products);
  EXPECT_GT(with.scratchpad_accesses, without.scratchpad_accesses);
}

TEST_F(PlanWord, DenseRowsAndMergesAreSortedForFree) {
  for (const char* name : {"row_dense", "row_heap", "outer"}) {
    SpgemmPlan unasked = plan(name);
    unasked.sort = false;
    SpgemmPlan asked = unasked;
    asked.sort = true;
    const BareRun with = run(asked), without = run(unasked);
    EXPECT_TRUE(without.sorted) << name;
    EXPECT_EQ(with.cycles, without.cycles) << name;
  }
}

TEST_F(PlanWord, UpperBoundSparesTheCountingPhase) {
  for (const char* name : {"row_hash", "row_dense"}) {
    SpgemmPlan symbolic = plan(name);
    SpgemmPlan upper_bound = symbolic;
    upper_bound.symbolic = false;
    const BareRun counted = run(symbolic), bounded = run(upper_bound);
    EXPECT_EQ(counted.phase_begin.size(), bounded.phase_begin.size() + 1) << name;
    EXPECT_EQ(counted.products, bounded.products) << name;
    EXPECT_GT(counted.moved_bytes, bounded.moved_bytes) << name;
  }
}

TEST_F(PlanWord, ASecondBufferHidesTransfersAndMovesTheSame) {
  SpgemmPlan two = plan("row_hash");
  SpgemmPlan one = two;
  one.a.buffers = one.b.buffers = 1;
  const BareRun ahead = run(two), waiting = run(one);
  constexpr auto kDma = static_cast<size_t>(sim::Cause::Dma);
  EXPECT_EQ(ahead.moved_bytes, waiting.moved_bytes);
  EXPECT_EQ(ahead.products, waiting.products);
  EXPECT_LT(ahead.causes[kDma], waiting.causes[kDma]);
}

TEST_F(PlanWord, FewerWaysSpillAndGiveTheSameRows) {
  for (const char* name : {"row_heap", "outer"}) {
    SpgemmPlan narrow = plan(name);
    narrow.merge_ways = 2;
    SpgemmPlan wide = narrow;
    wide.merge_ways = 256;
    const BareRun spilled = run(narrow), direct = run(wide);
    EXPECT_EQ(spilled.products, direct.products) << name;
    EXPECT_GT(spilled.moved_bytes, direct.moved_bytes) << name;
  }
}

TEST_F(PlanWord, ALargerAccumulatorTakesFewerPasses) {
  for (const char* name : {"row_hash", "row_dense"}) {
    SpgemmPlan small = plan(name);
    SpgemmPlan large = small;
    large.slots = 256;
    const BareRun many = run(small), few = run(large);
    EXPECT_EQ(many.products, few.products) << name;
    EXPECT_GT(many.moved_bytes, few.moved_bytes) << name;
  }
}

TEST_F(PlanWord, SmallerGroupsAskTheMachineMoreOften) {
  SpgemmPlan single = plan("row_hash");
  single.rows_per_group = 1;
  SpgemmPlan whole = single;
  whole.rows_per_group = 1 << 20;
  EXPECT_GT(run(single).moved_bytes, run(whole).moved_bytes);
}

std::string error_of(const BareMachine& machine, const SpgemmPlan& plan) {
  const tensor::CsrMatrix matrix = tensor::generate("banded:n=20000,half_bandwidth=1");
  try {
    mapper::compile_spgemm(plan, machine.target(), mapper::count_operands(matrix, matrix));
  } catch (const base::UserError& error) {
    return error.what();
  }
  return "";
}

TEST(PlanFit, NamesTheExcessAndTheCheapestRelaxation) {
  SpgemmPlan plan;
  plan.slots = 2048;
  plan.b = {true, 2};
  // 64 threads of a table of 32 KiB, two buffers of 1.5 KiB and a word for the scan, and the core's
  // own 64 bytes: 2,294,336 in all.
  EXPECT_THAT(error_of({.scratchpad_bytes = 2294335}, plan),
              HasSubstr("it needs 2294336 bytes of scratchpad per core, 1 more than the 2294335 "
                        "there are; the cheapest relaxation is hold B buf: 1, which frees 98304"));
  EXPECT_EQ(error_of({.scratchpad_bytes = 2294336}, plan), "");
}

TEST(PlanFit, AcceptsWhatFits) {
  SpgemmPlan plan;
  plan.slots = 2048;
  plan.b = {true, 2};
  EXPECT_EQ(error_of({}, plan), "");
}

TEST(PlanFit, OffersAShorterTable) {
  SpgemmPlan plan;
  plan.slots = 8192;
  EXPECT_THAT(error_of({}, plan), HasSubstr("the cheapest relaxation is accum slots: 2048"));
  plan.accumulator = program::AccumulatorKind::Dense;
  plan.slots = 20000;
  EXPECT_THAT(error_of({}, plan), HasSubstr("the cheapest relaxation is accum width: 5000"));
}

TEST(PlanFit, OffersFewerWays) {
  SpgemmPlan plan;
  plan.accumulator = program::AccumulatorKind::Merge;
  plan.merge_ways = 4096;
  EXPECT_THAT(error_of({}, plan), HasSubstr("the cheapest relaxation is accum ways: 1024"));
}

TEST(PlanCheck, RefusesEveryWordThatTheDataflowCannotFollow) {
  SpgemmPlan plan;
  plan.dataflow = mapper::Dataflow::Outer;
  plan.symbolic = true;
  plan.a.dma = true;
  plan.b.buffers = 2;
  plan.merge_ways = 1;
  const std::string error = error_of({}, plan);
  EXPECT_THAT(error, HasSubstr("accum size"));
  EXPECT_THAT(error, HasSubstr("hold A"));
  EXPECT_THAT(error, HasSubstr("hold B"));
  EXPECT_THAT(error, HasSubstr("accum ways"));
}

TEST(PlanCheck, RefusesToShareARowOfAPrivateTable) {
  SpgemmPlan plan;
  plan.slots = 1024;
  plan.grain = 64;
  EXPECT_THAT(error_of({}, plan), HasSubstr("balance grain: only threads that share"));
}

TEST(PlanCheck, RefusesTablesThatAreNoPowerOfTwo) {
  SpgemmPlan plan;
  plan.slots = 1000;
  EXPECT_THAT(error_of({}, plan), HasSubstr("accum slots: expected a power of two"));
}

}  // namespace
}  // namespace weft::tests
