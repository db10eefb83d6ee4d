// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include <gtest/gtest.h>

#include "kernels/tensor/coordinates.h"
#include "kernels/tensor/transpose.h"
#include "tests/unit/compile/bare_machine.h"

namespace weft::tests {
namespace {

using mapper::SpgemmPlan;
using tensor::CsrMatrix;

/// A full row of ones: 1 x columns.
CsrMatrix full_row(int32_t columns) {
  tensor::Coordinates list{.rows = 1, .cols = columns, .row = {}, .column = {}, .value = {}};
  list.row.resize(static_cast<size_t>(columns), 0);
  list.column.resize(static_cast<size_t>(columns));
  std::iota(list.column.begin(), list.column.end(), 0);
  return csr_from_coordinates(std::move(list), tensor::Duplicates::Sum);
}

/// The identity.
CsrMatrix diagonal(int32_t size) {
  tensor::Coordinates list{.rows = size, .cols = size, .row = {}, .column = {}, .value = {}};
  list.row.resize(static_cast<size_t>(size));
  std::iota(list.row.begin(), list.row.end(), 0);
  list.column = list.row;
  return csr_from_coordinates(std::move(list), tensor::Duplicates::Sum);
}

/// What one thread does at the scratchpad.
uint64_t accesses(const SpgemmPlan& plan, const CsrMatrix& a, const CsrMatrix& b) {
  const BareRun run = simulate({.pipelines = 1, .threads_per_pipeline = 1}, plan, a, b);
  EXPECT_TRUE(run.report.passed);
  return run.scratchpad_accesses;
}

TEST(AccumulatorCost, SortingTakesTwoAccessesForEachOfNLogNSteps) {
  SpgemmPlan unsorted;
  unsorted.slots = 64;
  SpgemmPlan sorted = unsorted;
  sorted.sort = true;
  // 8 entries: three accesses each to move together, 8 x 3 steps, and the tag read once more.
  EXPECT_EQ(
      accesses(sorted, diagonal(1), full_row(8)) - accesses(unsorted, diagonal(1), full_row(8)),
      8u * 3 + 2 * 8 * 3 + 8);
}

TEST(AccumulatorCost, ACountedRowWritesOneWordAnEntry) {
  SpgemmPlan bounded;
  bounded.slots = 64;
  SpgemmPlan counted = bounded;
  counted.symbolic = true;
  // Each of 8 entries is probed once and its tag written, in both phases; the values come only in
  // the second.
  EXPECT_EQ(
      accesses(counted, diagonal(1), full_row(8)) - accesses(bounded, diagonal(1), full_row(8)),
      8u * 2);
}

TEST(MergeCost, EveryLevelOfTheHeapTakesTwoAccesses) {
  SpgemmPlan plan;
  plan.accumulator = program::AccumulatorKind::Merge;
  // Four fibers of one element: opening them passes 0 + 1 + 2 + 2 levels, taking them 2 + 1.
  EXPECT_EQ(accesses(plan, full_row(4), diagonal(4)) - accesses(plan, full_row(1), diagonal(1)),
            2u * 8);
}

TEST(OuterCost, EveryProductIsWrittenAndReadOnce) {
  SpgemmPlan plan;
  plan.dataflow = mapper::Dataflow::Outer;
  const auto moved = [&](int32_t products) {
    const BareRun run = simulate({}, plan, diagonal(1), full_row(products));
    EXPECT_TRUE(run.report.passed);
    return run.moved_bytes;
  };
  // A product more: column and value read from B, written to the list, read from there and written
  // to C, in accesses of 8 bytes.
  EXPECT_EQ(moved(33) - moved(32), 4u * 2 * 8);
}

TEST(InnerCost, GrowsWithTheStepsOfTheMerge) {
  SpgemmPlan plan;
  plan.dataflow = mapper::Dataflow::Inner;
  plan.a = {true, 1};
  const auto moved = [&](int32_t length) {
    const CsrMatrix row = full_row(length);
    const BareRun run = simulate({}, plan, row, tensor::transpose(row));
    EXPECT_TRUE(run.report.passed);
    EXPECT_EQ(run.products, static_cast<uint64_t>(length));
    return run.moved_bytes;
  };
  // Two elements more: 24 bytes of A by DMA, and a column and a value of B each.
  EXPECT_EQ(moved(34) - moved(32), 24u + 2 * 2 * 8);
}

}  // namespace
}  // namespace weft::tests
