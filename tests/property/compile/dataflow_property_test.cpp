// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "kernels/tensor/coordinates.h"
#include "kernels/tensor/spgemm_count.h"
#include "tests/support/smash.h"
#include "tests/unit/compile/bare_machine.h"
#include "tests/unit/compile/plans.h"

namespace weft::tests {
namespace {

using mapper::SpgemmPlan;
using program::Assignment;
using tensor::CsrMatrix;

/// A matrix of any density up to full, so that rows overflow accumulators, heaps and buffers.
CsrMatrix arbitrary_matrix(int64_t rows, int64_t cols) {
  const auto density = *rc::gen::resize(100, rc::gen::inRange(1, 9));
  const auto cells = *rc::gen::container<std::vector<int>>(
      static_cast<size_t>(rows * cols), rc::gen::resize(100, rc::gen::inRange(0, 8)));
  tensor::Coordinates list{.rows = rows, .cols = cols, .row = {}, .column = {}, .value = {}};
  for (size_t cell = 0; cell < cells.size(); ++cell) {
    if (cells[cell] >= density) continue;
    list.row.push_back(static_cast<int32_t>(static_cast<int64_t>(cell) / cols));
    list.column.push_back(static_cast<int32_t>(static_cast<int64_t>(cell) % cols));
    list.value.push_back(cells[cell] % 7 - 3);
  }
  return csr_from_coordinates(std::move(list), tensor::Duplicates::Sum);
}

int64_t arbitrary_size() {
  return *rc::gen::inRange<int64_t>(1, 32);
}

BareMachine arbitrary_machine() {
  BareMachine machine;
  machine.cores = *rc::gen::inRange(1u, 4u);
  machine.pipelines = *rc::gen::inRange(1u, 5u);
  machine.threads_per_pipeline = *rc::gen::inRange(1u, 17u);
  machine.quantum_cycles = *rc::gen::element<uint64_t>(64, 512, 2048);
  return machine;
}

/// Varies the words that every dataflow takes.
SpgemmPlan vary(SpgemmPlan plan) {
  plan.rows = *rc::gen::element(Assignment::RoundRobin, Assignment::Blocked, Assignment::Dynamic);
  plan.rows_per_group = *rc::gen::inRange<int64_t>(0, 5);
  plan.merge_ways = *rc::gen::inRange(2u, 6u);
  plan.cache_a = *rc::gen::arbitrary<bool>();
  plan.cache_b = *rc::gen::arbitrary<bool>();
  return plan;
}

/// Varies the words of private accumulators too.
SpgemmPlan vary_rows(SpgemmPlan plan, bool dense) {
  plan = vary(plan);
  plan.slots = dense ? *rc::gen::inRange<uint64_t>(1, 40) : *rc::gen::element<uint64_t>(2, 8, 64);
  plan.load_factor = *rc::gen::element(0.5, 0.75, 1.0);
  plan.bits =
      *rc::gen::element(program::HashBits::High, program::HashBits::Low, program::HashBits::Mixed);
  plan.sort = *rc::gen::arbitrary<bool>();
  plan.symbolic = *rc::gen::arbitrary<bool>();
  plan.a = {*rc::gen::arbitrary<bool>(), *rc::gen::inRange(1u, 3u)};
  plan.b = {*rc::gen::arbitrary<bool>(), *rc::gen::inRange(1u, 3u)};
  return plan;
}

/// Tensors in ranges of rows, so that rows have owners.
SpgemmPlan with_owners(SpgemmPlan plan) {
  using mapper::Spread;
  plan.rows = Assignment::Dynamic;
  plan.place_z.spread = *rc::gen::element(Spread::Block, Spread::Near);
  plan.place_a.spread = *rc::gen::element(Spread::Interleave, Spread::Near, Spread::Block);
  plan.place_b.spread = *rc::gen::element(Spread::Copy, Spread::Near, Spread::Block);
  return plan;
}

/// The product is right, every product was computed once, and every cycle has one cause.
void check_law(const SpgemmPlan& plan) {
  const int64_t inner = arbitrary_size();
  const CsrMatrix a = arbitrary_matrix(arbitrary_size(), inner);
  const CsrMatrix b = arbitrary_matrix(inner, arbitrary_size());
  const BareRun run = simulate(arbitrary_machine(), plan, a, b);
  RC_ASSERT(run.finished);
  RC_ASSERT(run.report.first_mismatch == "");
  RC_ASSERT(run.report.passed);
  RC_ASSERT(run.products == static_cast<uint64_t>(tensor::count_products(a, b)));
  RC_ASSERT(run.cause_cycles == run.thread_cycles);
}

TEST(DataflowLaw, HashedRowsComputeTheProduct) {
  EXPECT_TRUE(rc::check([] { check_law(vary_rows(dataflow_plans().at("row_hash"), false)); }));
}

TEST(DataflowLaw, DenseRowsComputeTheProduct) {
  EXPECT_TRUE(rc::check([] { check_law(vary_rows(dataflow_plans().at("row_dense"), true)); }));
}

TEST(DataflowLaw, OwnersComputeTheirRows) {
  EXPECT_TRUE(rc::check([] {
    const bool dense = *rc::gen::arbitrary<bool>();
    const SpgemmPlan plan = dataflow_plans().at(dense ? "row_dense" : "row_hash");
    check_law(with_owners(vary_rows(plan, dense)));
  }));
}

TEST(DataflowLaw, OwnersComputeTheirWindows) {
  EXPECT_TRUE(rc::check([] {
    SpgemmPlan plan = smash_plan(*rc::gen::inRange(1, 4), *rc::gen::element<uint64_t>(64, 1024));
    plan.grain = *rc::gen::inRange<int64_t>(0, 40);
    check_law(with_owners(plan));
  }));
}

TEST(DataflowLaw, MergedRowsComputeTheProduct) {
  EXPECT_TRUE(rc::check([] {
    SpgemmPlan plan = vary(dataflow_plans().at("row_heap"));
    plan.a = {*rc::gen::arbitrary<bool>(), *rc::gen::inRange(1u, 3u)};
    check_law(plan);
  }));
}

TEST(DataflowLaw, OuterProductsComputeTheProduct) {
  EXPECT_TRUE(rc::check([] {
    SpgemmPlan plan = vary(dataflow_plans().at("outer"));
    plan.b.dma = *rc::gen::arbitrary<bool>();
    check_law(plan);
  }));
}

TEST(DataflowLaw, WindowsComputeTheProductWithTokensOfAnySize) {
  EXPECT_TRUE(rc::check([] {
    SpgemmPlan plan = smash_plan(*rc::gen::inRange(1, 4), *rc::gen::element<uint64_t>(64, 1024));
    plan.grain = *rc::gen::inRange<int64_t>(0, 40);
    plan.a.dma = *rc::gen::arbitrary<bool>();
    check_law(plan);
  }));
}

TEST(DataflowLaw, InnerProductsComputeTheProduct) {
  EXPECT_TRUE(rc::check([] {
    SpgemmPlan plan = vary(dataflow_plans().at("inner"));
    plan.a.dma = *rc::gen::arbitrary<bool>();
    check_law(plan);
  }));
}

}  // namespace
}  // namespace weft::tests
