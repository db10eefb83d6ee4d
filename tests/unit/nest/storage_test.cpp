// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

using testing::ElementsAre;

/// A 6 x 6 matrix with these levels, and entries at (0,1), (0,5), (3,0), (3,3).
struct Stored {
  explicit Stored(const std::string& levels) {
    base::Diagnostics reading;
    kernel = nest_kernel(
        "kir: 1\nkernel: k\nparams: {N: 6}\nindex: {i: N, j: N}\n"
        "tensors: {A: {dims: [i, j], dtype: f64, levels: " +
            levels + "}, y: {dims: [i], dtype: f64, levels: [dense(i)]}}\n" +
            "compute: [s: 'y[i] += A[i,j]']\n",
        reading);
    reading.throw_if_any();
    operand = {{6, 6}, false, {0, 1, 0, 5, 3, 0, 3, 3}, {1, 2, 3, 4}};
    tensor = einsum::store(kernel, *kernel.find_tensor("A"), operand, diagnostics);
  }
  ir::Kernel kernel;
  einsum::Operand operand;
  base::Diagnostics diagnostics;
  einsum::StoredTensor tensor;
};

TEST(Storage, CompressedRowsHavePositionsAndCoordinates) {
  const Stored csr("csr");
  EXPECT_THAT(csr.tensor.levels[1].position, ElementsAre(0, 2, 2, 2, 4, 4, 4));
  EXPECT_THAT(csr.tensor.levels[1].coordinate, ElementsAre(1, 5, 0, 3));
  EXPECT_THAT(csr.tensor.values, ElementsAre(1, 2, 3, 4));
}

TEST(Storage, CompressedColumnsAreSortedByColumn) {
  const Stored csc("csc");
  EXPECT_THAT(csc.tensor.levels[1].coordinate, ElementsAre(3, 0, 3, 0));
  EXPECT_THAT(csc.tensor.values, ElementsAre(3, 1, 4, 2));
}

TEST(Storage, CoordinatesRepeatTheirRow) {
  const Stored coo("coo");
  EXPECT_THAT(coo.tensor.levels[0].coordinate, ElementsAre(0, 0, 3, 3));
  EXPECT_THAT(coo.tensor.levels[1].coordinate, ElementsAre(1, 5, 0, 3));
}

TEST(Storage, DoublyCompressedRowsSkipEmptyOnes) {
  const Stored dcsr("dcsr");
  EXPECT_THAT(dcsr.tensor.levels[0].coordinate, ElementsAre(0, 3));
  EXPECT_THAT(dcsr.tensor.levels[1].position, ElementsAre(0, 2, 4));
}

TEST(Storage, BlocksAreFilledWithZeros) {
  const Stored bsr("bsr(3)");
  EXPECT_THAT(bsr.tensor.levels[1].coordinate, ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(bsr.tensor.values.size(), 4U * 9);
  EXPECT_EQ(bsr.tensor.values[1], 1);      // block (0,0), element (0,1)
  EXPECT_EQ(bsr.tensor.values[9 + 2], 2);  // block (0,1), element (0,2)
}

TEST(Storage, SlotsThatAreLeftAreEmpty) {
  const Stored ell("ell(3)");
  EXPECT_THAT(std::vector(ell.tensor.levels[1].coordinate.begin(),
                          ell.tensor.levels[1].coordinate.begin() + 6),
              ElementsAre(1, 5, -1, -1, -1, -1));
}

TEST(Storage, LoadingGivesBackWhatWasStored) {
  for (const char* levels : {"csr", "csc", "coo", "dcsr", "bsr(2)", "ell(4)",
                             "[dense(i), bitmap(j)]", "[dense(i), hash(j)]"}) {
    const Stored stored(levels);
    ASSERT_TRUE(stored.diagnostics.empty()) << levels;
    const einsum::Operand loaded =
        einsum::load(stored.kernel, *stored.kernel.find_tensor("A"), stored.tensor, stored.operand);
    EXPECT_EQ(loaded.values, stored.operand.values) << levels;
  }
}

TEST(Storage, AFiberWithMoreThanItsSlotsIsTold) {
  EXPECT_THAT(
      Stored("ell(1)").diagnostics.messages(),
      ElementsAre("k.yaml:5:49: error: a fiber of level 'singleton(j, slots=1)' of tensor A "
                  "has 2 coordinates, 1 more than it keeps"));
}

TEST(Storage, AnEntryOffTheDiagonalBlocksIsTold) {
  EXPECT_THAT(Stored("blockdiag(3)").diagnostics.messages(),
              ElementsAre("k.yaml:5:49: error: level 'affine(j/3 = i/3)' of tensor A has no place "
                          "for the entry at 0,5"));
}

TEST(Storage, RandomOperandsSuitTheirLevels) {
  for (const char* levels : {"csr", "coo", "bsr(2)", "2:4", "blockdiag(3)", "ell(2)"}) {
    const std::string text =
        std::string("kir: 1\nkernel: k\nparams: {N: 12}\nindex: {i: N, j: N}\n") +
        "tensors: {A: {dims: [i, j], dtype: f32, levels: '" + levels +
        "'}, y: {dims: [i], dtype: f32, levels: [dense(i)]}}\n" +
        "compute: [s: 'y[i] += A[i,j]']\n";
    base::Diagnostics diagnostics;
    const ir::Kernel kernel = nest_kernel(text, diagnostics);
    diagnostics.throw_if_any();
    const einsum::Operand operand = einsum::random_operand(kernel, *kernel.find_tensor("A"), 2);
    EXPECT_GT(operand.entries(), 0) << levels;
    EXPECT_LT(operand.entries(), 144) << levels;
    einsum::store(kernel, *kernel.find_tensor("A"), operand, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << levels;
  }
}

/// 3 x 5 tasks for 8 threads: some have one more than others, so that none may wait for all.
TEST(Storage, WhatStandsWithinAListOfDealtLoopsIsTheThreadsOwn) {
  const NestRun run = run_nest(
      "kir: 1\nkernel: k\nparams: {M: 4, I: 3, J: 5, K: 6}\nindex: {m: M, i: I, j: J, k: K}\n"
      "tensors:\n"
      "  A: {dims: [m, i, k], dtype: f64, levels: [dense(m), dense(i), dense(k)]}\n"
      "  B: {dims: [k, j], dtype: f64, levels: [dense(k), dense(j)]}\n"
      "  Y: {dims: [m, i, j], dtype: f64, levels: [dense(m), dense(i), dense(j)]}\n"
      "compute:\n  - s: Y[m,i,j] += A[m,i,k] * B[k,j]\n"
      "schedule:\n  s: {order: [m, i, j, k], par: {m: core, i: thread, j: thread}, "
      "hold: {A: {at: i, in: spad, via: dma}}}\n");
  EXPECT_THAT(run.messages, ::testing::IsEmpty());
  EXPECT_TRUE(run.finished);
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_EQ(run.source_cycles, run.thread_cycles);
}

}  // namespace
}  // namespace weft::tests
