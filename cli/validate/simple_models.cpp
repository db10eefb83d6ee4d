// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/simple_models.h"

#include <algorithm>
#include <limits>

namespace weft::cli::validate {

namespace {

constexpr double kShareOfPeak = 0.9;
constexpr double kShareOfBandwidth = 0.85;
constexpr GemmTiling kUsualTilings[] = {{256, 128}, {128, 256}, {128, 128},
                                        {128, 64},  {64, 128},  {64, 64}};

int64_t ceil_div(int64_t value, int64_t divisor) {
  return (value + divisor - 1) / divisor;
}

}  // namespace

double GemmWork::flops() const {
  return 2.0 * static_cast<double>(batch) * static_cast<double>(m) * static_cast<double>(n) *
         static_cast<double>(k);
}

double GemmWork::compulsory_bytes() const {
  const auto elements = [](int64_t rows, int64_t cols) {
    return static_cast<double>(rows) * static_cast<double>(cols);
  };
  return static_cast<double>(batch) * element_bytes *
         (elements(m, k) + elements(k, n) + elements(m, n));
}

int64_t GemmTiling::ctas(const GemmWork& work) const {
  return ceil_div(work.m, tile_m) * ceil_div(work.n, tile_n) * work.batch * splits;
}

int64_t GemmTiling::k_per_cta(const GemmWork& work) const {
  return ceil_div(work.k, splits);
}

double roofline_s(const GpuRates& gpu, double flops, double bytes) {
  return std::max(flops / gpu.peak_flop_per_s(), bytes / (gpu.dram_gb_s * 1e9));
}

double tilewave_s(const GpuRates& gpu, const GemmWork& work, const GemmTiling& tiling,
                  double launch_s) {
  const auto waves = static_cast<double>(ceil_div(tiling.ctas(work), gpu.sms));
  const double cta_flops =
      GemmWork{1, tiling.tile_m, tiling.tile_n, tiling.k_per_cta(work)}.flops();
  const double compute_s = waves * cta_flops / (kShareOfPeak * gpu.sm_flop_per_s());
  const double memory_s = work.compulsory_bytes() / (kShareOfBandwidth * gpu.dram_gb_s * 1e9);
  return launch_s + std::max(compute_s, memory_s);
}

double best_tilewave_s(const GpuRates& gpu, const GemmWork& work, double launch_s) {
  double best_s = std::numeric_limits<double>::infinity();
  for (const GemmTiling& tiling : kUsualTilings)
    best_s = std::min(best_s, tilewave_s(gpu, work, tiling, launch_s));
  return best_s;
}

}  // namespace weft::cli::validate
