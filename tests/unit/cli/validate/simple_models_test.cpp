// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/simple_models.h"

#include <gtest/gtest.h>

namespace weft::cli::validate {
namespace {

/// 10 SMs of 50 FMA at 1 GHz: 1 Tflop/s, and 100 GB/s.
constexpr GpuRates kGpu = {.sms = 10, .boost_ghz = 1, .fma_per_clk_per_sm = 50, .dram_gb_s = 100};

TEST(GemmWork, CountsFlopsAndBytesOfTheWholeBatch) {
  const GemmWork work{.batch = 2, .m = 3, .n = 5, .k = 7, .element_bytes = 2};
  EXPECT_DOUBLE_EQ(work.flops(), 2 * 2 * 3 * 5 * 7);
  EXPECT_DOUBLE_EQ(work.compulsory_bytes(), 2 * 2 * (21 + 35 + 15));
}

TEST(GemmTiling, RoundsUpAndSharesK) {
  const GemmWork work{.batch = 2, .m = 129, .n = 64, .k = 100};
  const GemmTiling tiling{.tile_m = 128, .tile_n = 64, .splits = 3};
  EXPECT_EQ(tiling.ctas(work), 2 * 2 * 1 * 3);
  EXPECT_EQ(tiling.k_per_cta(work), 34);
}

TEST(Roofline, IsTheSlowerOfArithmeticAndMemory) {
  EXPECT_DOUBLE_EQ(roofline_s(kGpu, 1e12, 1), 1);
  EXPECT_DOUBLE_EQ(roofline_s(kGpu, 1, 200e9), 2);
}

TEST(Tilewave, ChargesWholeWavesOfWholeTiles) {
  const GemmTiling tiling{.tile_m = 100, .tile_n = 100};
  const double wave_s = 2 * 100 * 100 * 9000 / (0.9 * 100e9);
  const GemmWork ten_tiles{.m = 1000, .n = 100, .k = 9000};
  EXPECT_DOUBLE_EQ(tilewave_s(kGpu, ten_tiles, tiling, 4e-6), 4e-6 + wave_s);
  const GemmWork eleven_tiles{.m = 1001, .n = 1, .k = 9000};
  EXPECT_DOUBLE_EQ(tilewave_s(kGpu, eleven_tiles, tiling, 0), 2 * wave_s);
}

TEST(Tilewave, IsBoundByMemoryWhereThatIsSlower) {
  const GemmWork copy{.m = 1000, .n = 1000, .k = 1};
  EXPECT_DOUBLE_EQ(tilewave_s(kGpu, copy, {}, 0), copy.compulsory_bytes() / (0.85 * 100e9));
}

TEST(Tilewave, TheBestTileIsNoWorseThanAnyUsualOne) {
  const GemmWork narrow{.m = 64, .n = 64, .k = 4096};
  EXPECT_DOUBLE_EQ(best_tilewave_s(kGpu, narrow, 6e-6),
                   tilewave_s(kGpu, narrow, {.tile_m = 64, .tile_n = 64}, 6e-6));
  EXPECT_LT(best_tilewave_s(kGpu, narrow, 6e-6), tilewave_s(kGpu, narrow, {}, 6e-6));
}

}  // namespace
}  // namespace weft::cli::validate
