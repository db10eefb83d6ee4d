// SPDX-License-Identifier: Apache-2.0
#include "mapper/read_places.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/lower_spgemm.h"
#include "tests/support/kernels.h"

namespace weft::mapper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The plan of a row-wise product whose tensors lie as the document says.
struct Reading {
  SpgemmPlan plan;
  std::vector<std::string> messages;
};

Reading read(const std::string& places, SpgemmPlan plan = {}) {
  const ir::Kernel kernel = testing_support::read_kernel(fmt::format(R"(kir: 1
kernel: k
params: {{M: 4, K: 4, N: 4}}
index: {{m: M, k: K, n: N}}
tensors:
  A: {{dims: [m, k], dtype: f64, levels: csr}}
  B: {{dims: [k, n], dtype: f64, levels: csr}}
  Z: {{dims: [m, n], dtype: f64, levels: csr}}
compute:
  - mul: "Z[m,n] += A[m,k]*B[k,n]"
bind:
  place: {{{}}}
)",
                                                                     places));
  FabricTarget target;
  target.interleaves_bytes = {64, 4096};
  base::Diagnostics diagnostics;
  read_places(kernel, target, plan, diagnostics);
  return {plan, diagnostics.messages()};
}

TEST(Places, AreReadIntoThePlan) {
  const Reading near = read("A: {dram: near(m)}, B: {dram: near(k)}, Z: {dram: block(m)}");
  EXPECT_THAT(near.messages, IsEmpty());
  EXPECT_EQ(near.plan.place_a.spread, Spread::Near);
  EXPECT_EQ(near.plan.place_b.spread, Spread::Near);
  EXPECT_EQ(near.plan.place_z.spread, Spread::Block);
  const Reading dealt = read("A: {dram: copy}, B: {dram: interleave(4KiB)}");
  EXPECT_THAT(dealt.messages, IsEmpty());
  EXPECT_EQ(dealt.plan.place_a.spread, Spread::Copy);
  EXPECT_EQ(dealt.plan.place_b.interleave_bytes, 4096U);
  EXPECT_EQ(read("A: {dram: interleave(64B)}").plan.place_a, TensorPlace());
}

TEST(Places, NameTheInterleavesOfTheMachine) {
  EXPECT_THAT(read("B: {dram: interleave(8B)}").messages,
              ElementsAre("k.yaml:12:21: error: place of B: expected interleave(64B), "
                          "interleave(4KiB) (memory.interleave.choices_bytes, none finer than the "
                          "default); found interleave(8B)"));
}

TEST(Places, AreOfTheIndexThatRowsAreStoredBy) {
  EXPECT_THAT(read("B: {dram: block(n)}").messages,
              ElementsAre(HasSubstr("expected the index k by which it is stored; found block(n)")));
  SpgemmPlan outer;
  outer.dataflow = Dataflow::Outer;
  EXPECT_THAT(read("A: {dram: block(k)}", outer).messages, IsEmpty());
}

TEST(Places, NearNeedsAnOwnerOfTheWork) {
  EXPECT_THAT(read("B: {dram: near(k)}").messages,
              ElementsAre(HasSubstr("expected Z in block(m) or near(m) beside it")));
}

TEST(Places, OfTheResultNeedRowsThatAreTasks) {
  EXPECT_THAT(read("Z: {dram: copy}").messages, ElementsAre(HasSubstr("what is written")));
  SpgemmPlan merge;
  merge.accumulator = program::AccumulatorKind::Merge;
  EXPECT_THAT(read("Z: {dram: block(m)}", merge).messages,
              ElementsAre(HasSubstr("hash or dense accumulator")));
  SpgemmPlan dealt;
  dealt.rows = program::Assignment::RoundRobin;
  EXPECT_THAT(read("Z: {dram: block(m)}", dealt).messages,
              ElementsAre(HasSubstr("balance: dynamic")));
}

}  // namespace
}  // namespace weft::mapper
