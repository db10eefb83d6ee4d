// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/kernel_name.h"

#include <gtest/gtest.h>

#include "base/csv_row.h"
#include "tests/support/local_data.h"

namespace weft::cli::validate {
namespace {

KernelName parsed(std::string_view name) {
  const auto kernel = parse_kernel_name(name);
  EXPECT_TRUE(kernel) << name;
  return kernel.value_or(KernelName{});
}

TEST(KernelName, CublasNamesTheSizeAlongNFirst) {
  for (const char* name : {"ampere_sgemm_128x32_nn", "volta_sgemm_128x32_tn",
                           "maxwell_sgemm_128x32", "sgemm_128x32x8_NT_vec"}) {
    EXPECT_EQ(parsed(name).tile_n, 128) << name;
    EXPECT_EQ(parsed(name).tile_m, 32) << name;
    EXPECT_EQ(parsed(name).k_slices, 1) << name;
    EXPECT_FALSE(parsed(name).swizzled) << name;
  }
  EXPECT_EQ(parsed("sgemm_128x32x8_NT").tile_k, 8);
  EXPECT_FALSE(parsed("ampere_sgemm_128x32_nn").tile_k);
}

TEST(KernelName, SlicesShareTheKOfACta) {
  EXPECT_EQ(parsed("ampere_sgemm_32x128_sliced1x4_tn").k_slices, 4);
  EXPECT_EQ(parsed("ampere_sgemm_32x128_sliced1x4_tn").tile_m, 128);
}

TEST(KernelName, XmmaNamesTheSizeAlongMFirst) {
  const KernelName kernel = parsed(
      "sm80_xmma_gemm_f32f32_f32f32_f32_nn_n_tilesize64x32x8_stage3_warpsize1x2x2_ffma_aligna4_"
      "alignc4_execute_kernel__51_cublas");
  EXPECT_EQ(kernel.tile_m, 64);
  EXPECT_EQ(kernel.tile_n, 32);
  EXPECT_EQ(kernel.tile_k, 8);
  EXPECT_EQ(kernel.stages, 3);
  EXPECT_EQ(kernel.k_slices, 2);
}

TEST(KernelName, CutlassNamesTileDepthAndStages) {
  const KernelName kernel =
      parsed("void cutlass::Kernel<cutlass_80_simt_sgemm_256x128_8x4_nn_align1>(Params)");
  EXPECT_EQ(kernel.tile_n, 256);
  EXPECT_EQ(kernel.tile_m, 128);
  EXPECT_EQ(kernel.tile_k, 8);
  EXPECT_EQ(kernel.stages, 4);
  EXPECT_TRUE(kernel.swizzled);
}

TEST(KernelName, SomeNamesDoNotSayTheTile) {
  for (const char* name :
       {"", "gemv2T_kernel_val", "sgemm_largek_lds64", "sgemm_0x128_nn", "sgemm_123456x32_nn",
        "sgemm_128x", "elementwise_kernel_4x4", "sm80_xmma_gemm_f32_tilesize64x32x8"}) {
    EXPECT_FALSE(parse_kernel_name(name)) << name;
  }
}

TEST(KernelName, ADeepGridSplitsKAndAFoldedOneDoesNot) {
  const KernelName kernel = parsed("volta_sgemm_128x64_tn");
  const GemmWork work{.batch = 2, .m = 256, .n = 512, .k = 4096};  // 4 x 4 tiles
  EXPECT_EQ(tiling_of(kernel, {4, 4, 2}, work).splits, 1);
  EXPECT_EQ(tiling_of(kernel, {4, 4, 6}, work).splits, 3);
  EXPECT_EQ(tiling_of(kernel, {4, 1, 8}, work).splits, 1) << "folded into z";
  EXPECT_EQ(tiling_of(kernel, {16, 1, 2}, work).splits, 1) << "folded into x";
  EXPECT_EQ(tiling_of(kernel, {1, 1, 1}, work).splits, 1) << "a grid that loops over the batch";
  EXPECT_EQ(tiling_of(kernel, {4, 4, 6}, work).tile_n, 128);
}

/// Every kernel named in a table, with the grid that its tile explains.
void expect_explained(const char* file) {
  const auto path = testing_support::local_data(file);
  if (!path) GTEST_SKIP() << "optional local data is absent: " << file;
  base::Diagnostics diagnostics;
  const base::CsvTable table = base::read_csv_file(*path, diagnostics);
  for (size_t i = 0; i < table.rows().size(); ++i) {
    const base::CsvRow row(table, i, diagnostics);
    const auto count = [&](const char* column) { return row.integer(column, 1, 1 << 30); };
    const GemmWork work{count("batch"), count("m"), count("n"), count("k")};
    const Grid grid = {count("grid_x"), count("grid_y"), count("grid_z")};
    const auto kernel = parse_kernel_name(row.text("kernel"));
    ASSERT_TRUE(kernel) << row.text("kernel");
    // A grid has at most 65,535 CTAs along z; larger batches loop.
    if (work.batch > 65535) continue;
    EXPECT_EQ(tiling_of(*kernel, grid, work).ctas(work), grid[0] * grid[1] * grid[2])
        << "line " << row.line();
  }
  EXPECT_GT(table.rows().size(), 100u);
  diagnostics.throw_if_any();
}

TEST(KernelName, ExplainsTheGridsOfBatchedProducts) {
  expect_explained("measured/gemm_bmm_f32_neusight.csv");
}
TEST(KernelName, ExplainsTheGridsOfLinearLayers) {
  expect_explained("measured/gemm_linear_f32_neusight.csv");
}

}  // namespace
}  // namespace weft::cli::validate
