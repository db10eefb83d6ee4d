// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernels/tensor/coordinates.h"
#include "kernels/tensor/generate.h"
#include "kernels/tensor/spgemm_count.h"
#include "kernels/tensor/transpose.h"
#include "tests/unit/compile/bare_machine.h"
#include "tests/unit/compile/plans.h"

namespace weft::tests {
namespace {

using mapper::SpgemmPlan;
using tensor::CsrMatrix;

CsrMatrix matrix_of(int64_t rows, int64_t cols, std::vector<int32_t> row,
                    std::vector<int32_t> column) {
  tensor::Coordinates list{
      .rows = rows, .cols = cols, .row = std::move(row), .column = std::move(column), .value = {}};
  for (int64_t entry = 0; entry < list.entries(); ++entry) {
    list.value.push_back(static_cast<double>(entry % 7) - 3.0);
  }
  return csr_from_coordinates(std::move(list), tensor::Duplicates::Sum);
}

/// Row 3 and column 5 full, rows 0 and 4 empty, the rest thin.
CsrMatrix arrow() {
  std::vector<int32_t> row, column;
  for (int32_t i = 0; i < 40; ++i) {
    row.push_back(3);
    column.push_back(i);
    if (i == 0 || i == 4) continue;
    row.push_back(i);
    column.push_back(5);
    row.push_back(i);
    column.push_back((7 * i) % 40);
  }
  return matrix_of(40, 40, row, column);
}

/// Every pair of operands on which a dataflow could stumble.
std::vector<std::pair<CsrMatrix, CsrMatrix>> operand_pairs() {
  const CsrMatrix one = matrix_of(1, 1, {0}, {0});
  const CsrMatrix nothing = matrix_of(3, 3, {}, {});
  const CsrMatrix wide = matrix_of(4, 300, {0, 0, 2, 2, 2, 3}, {0, 299, 1, 150, 299, 7});
  const CsrMatrix power = tensor::generate("rmat:scale=6,edges=400,seed=3");
  std::vector<int32_t> row, column;
  for (int32_t i = 0; i < 300; ++i) {
    row.push_back(0);
    column.push_back(i);
  }
  const CsrMatrix long_row = matrix_of(2, 300, row, column);
  return {{one, one},
          {nothing, nothing},
          {arrow(), arrow()},
          {wide, tensor::transpose(wide)},
          {tensor::transpose(wide), wide},
          {long_row, tensor::transpose(long_row)},
          {tensor::transpose(long_row), long_row},
          {power, power}};
}

void expect_sound(const BareRun& run, const CsrMatrix& a, const CsrMatrix& b) {
  EXPECT_TRUE(run.finished);
  EXPECT_TRUE(run.report.passed) << run.report.first_mismatch;
  EXPECT_EQ(run.products, static_cast<uint64_t>(tensor::count_products(a, b)));
  EXPECT_EQ(run.cause_cycles, run.thread_cycles);
}

class EveryDataflow : public testing::TestWithParam<std::string> {
 protected:
  SpgemmPlan plan() const { return dataflow_plans().at(GetParam()); }
};

TEST_P(EveryDataflow, ComputesTheProduct) {
  for (const auto& [a, b] : operand_pairs()) {
    SCOPED_TRACE(testing::Message() << a.rows << " x " << a.cols << " x " << b.cols);
    expect_sound(simulate({}, plan(), a, b), a, b);
  }
}

TEST_P(EveryDataflow, RunsOnAnyNumberOfThreadsAndCores) {
  const CsrMatrix a = arrow();
  const BareMachine shapes[] = {{.pipelines = 1, .threads_per_pipeline = 1},
                                {.pipelines = 1, .threads_per_pipeline = 3},
                                {.cores = 3, .pipelines = 2, .threads_per_pipeline = 4},
                                {.cores = 2, .pipelines = 1, .threads_per_pipeline = 1}};
  for (const BareMachine& shape : shapes) {
    SCOPED_TRACE(testing::Message() << shape.cores << " cores of " << shape.threads_per_pipeline);
    expect_sound(simulate(shape, plan(), a, a), a, a);
  }
}

TEST_P(EveryDataflow, TakesTheSameCyclesEveryTime) {
  const CsrMatrix a = tensor::generate("rmat:scale=6,edges=400,seed=3");
  const BareRun first = simulate({.cores = 2}, plan(), a, a);
  const BareRun second = simulate({.cores = 2}, plan(), a, a);
  EXPECT_EQ(first.cycles, second.cycles);
  EXPECT_EQ(first.causes, second.causes);
  EXPECT_EQ(first.moved_bytes, second.moved_bytes);
}

TEST_P(EveryDataflow, IsFasterOnMoreThreads) {
  const CsrMatrix a = tensor::generate("rmat:scale=7,edges=1500,seed=3");
  const BareRun one = simulate({.pipelines = 1, .threads_per_pipeline = 1}, plan(), a, a);
  const BareRun many = simulate({}, plan(), a, a);
  EXPECT_LT(many.cycles * 4, one.cycles);
}

TEST_P(EveryDataflow, GivesTheSameResultUnderEveryAssignment) {
  const CsrMatrix a = arrow();
  for (const auto assignment : {program::Assignment::RoundRobin, program::Assignment::Blocked,
                                program::Assignment::Dynamic}) {
    SpgemmPlan assigned = plan();
    assigned.rows = assignment;
    expect_sound(simulate({.cores = 2}, assigned, a, a), a, a);
  }
}

TEST_P(EveryDataflow, FetchesThroughCachesWhatThePlanCaches) {
  const CsrMatrix a = tensor::generate("rmat:scale=6,edges=400,seed=3");
  SpgemmPlan loaded = plan();
  loaded.a.dma = loaded.b.dma = false;
  SpgemmPlan cached = loaded;
  cached.cache_a = cached.cache_b = true;
  const BareRun with = simulate({}, cached, a, a);
  const BareRun without = simulate({}, loaded, a, a);
  expect_sound(with, a, a);
  expect_sound(without, a, a);
  EXPECT_GT(with.causes[static_cast<size_t>(sim::Cause::Cache)], 0);
  EXPECT_EQ(without.causes[static_cast<size_t>(sim::Cause::Cache)], 0);
  EXPECT_EQ(without.descriptors, 0);
}

INSTANTIATE_TEST_SUITE_P(Dataflow, EveryDataflow,
                         testing::Values("row_hash", "row_dense", "row_heap", "outer", "inner"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace weft::tests
