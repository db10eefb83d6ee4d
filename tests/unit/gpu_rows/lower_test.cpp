// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/ir/library.h"
#include "mapper/gpu/rows/lower_dense.h"
#include "mapper/gpu/rows/lower_rows.h"
#include "tests/unit/gpu_rows/machines.h"

namespace weft::mapper {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::filesystem::path> kLibrary = {std::filesystem::path(WEFT_SOURCE_DIR) /
                                                     "kernels/library"};

ir::Kernel load(const std::string& name) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = ir::load_kernel(name, kLibrary, diagnostics);
  diagnostics.throw_if_any();
  return kernel;
}

struct Lowered {
  RowSpgemmPlan plan;
  std::vector<std::string> messages;
};

Lowered lower(ir::Kernel kernel, const std::string& machine = "rtx4080s") {
  base::Diagnostics diagnostics;
  fill_row_spgemm(kernel, diagnostics);
  Lowered lowered;
  lowered.plan = lower_row_spgemm(kernel, tests::gpu_preset(machine), diagnostics);
  lowered.messages = diagnostics.messages();
  return lowered;
}

TEST(LowerRows, TheLibraryKernelTakesTablesThatFitAndWindowsForTheRest) {
  const Lowered lowered = lower(load("spgemm_row_hash"));
  EXPECT_THAT(lowered.messages, IsEmpty());
  EXPECT_TRUE(lowered.plan.binned);
  EXPECT_TRUE(lowered.plan.symbolic);
  EXPECT_EQ(lowered.plan.largest_slots, 4096);
  EXPECT_EQ(lowered.plan.sort, RowSort::Radix);
  EXPECT_EQ(lowered.plan.long_rows, LongRows::Windows);
}

TEST(LowerRows, TheGlobalVariantChangesSpillTablesAndSort) {
  const Lowered lowered = lower(load("spgemm_row_hash_global"));
  EXPECT_THAT(lowered.messages, IsEmpty());
  EXPECT_EQ(lowered.plan.largest_slots, 8192);
  EXPECT_EQ(lowered.plan.sort, RowSort::Rank);
  EXPECT_EQ(lowered.plan.long_rows, LongRows::Global);
}

TEST(LowerRows, TheDenseKernelUsesWindowsForAllRows) {
  const Lowered lowered = lower(load("spgemm_row_dense"));
  EXPECT_THAT(lowered.messages, IsEmpty());
  EXPECT_TRUE(lowered.plan.dense);
}

TEST(LowerRows, AnotherOrderOfLoopsIsRefusedWithItsLine) {
  EXPECT_THAT(lower(load("spgemm_inner")).messages,
              ::testing::Contains(HasSubstr("a GPU walks the sparse product row by row (m, k, n); "
                                            "found (m, n, k)")));
}

TEST(LowerRows, ATableThatFitsNoSmSaysByHowMuchAndWhatWould) {
  EXPECT_THAT(
      lower(load("spgemm_row_hash_global"), "t4").messages,
      ElementsAre(EndsWith("a table of 8192 slots needs 98304 bytes of shared memory, 32768 "
                           "more than a block of NVIDIA T4 can have; use 4096 slots")));
}

TEST(LowerDense, KernelsAreKnownByTheirStatement) {
  EXPECT_EQ(row_kernel_of(load("spmm")), RowKernel::Spmm);
  EXPECT_EQ(row_kernel_of(load("spmv")), RowKernel::Spmv);
  EXPECT_EQ(row_kernel_of(load("sddmm")), RowKernel::Sddmm);
  EXPECT_EQ(row_kernel_of(load("spgemm_row_hash")), RowKernel::Spgemm);
  EXPECT_EQ(row_kernel_of(load("spgemm_outer")), RowKernel::None);
}

TEST(LowerDense, TilesComeFromTheDocument) {
  base::Diagnostics diagnostics;
  EXPECT_EQ(std::get<SpmmPlan>(lower_dense_rows(load("spmm"), diagnostics)).tile_columns, 128);
  const auto spmv = std::get<SpmvPlan>(lower_dense_rows(load("spmv"), diagnostics));
  EXPECT_TRUE(spmv.by_entries);
  EXPECT_EQ(spmv.entries_per_thread, 8);
  EXPECT_TRUE(std::holds_alternative<SddmmPlan>(lower_dense_rows(load("sddmm"), diagnostics)));
  EXPECT_TRUE(diagnostics.empty());
}

}  // namespace
}  // namespace weft::mapper
