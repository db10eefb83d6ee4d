// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::cli::validate {

/// What the simplest models know of a GPU: figures of its data sheet.
struct GpuRates {
  int sms = 1;
  double boost_ghz = 1;
  double fma_per_clk_per_sm = 1;  // of the pipe in question; a fused multiply-add is two flops
  double dram_gb_s = 1;

  double sm_flop_per_s() const { return 2e9 * fma_per_clk_per_sm * boost_ghz; }
  double peak_flop_per_s() const { return sm_flop_per_s() * sms; }
};

/// `batch` products C[m,n] = A[m,k] B[k,n].
struct GemmWork {
  int64_t batch = 1, m = 1, n = 1, k = 1;
  int element_bytes = 4;

  double flops() const;
  /// Every operand read and every result written once.
  double compulsory_bytes() const;
};

/// How a product is cut into CTAs: each computes a tile of C over its share of k.
struct GemmTiling {
  int64_t tile_m = 128, tile_n = 128;
  int64_t splits = 1;  // parts of k that different CTAs sum up

  int64_t ctas(const GemmWork& work) const;
  int64_t k_per_cta(const GemmWork& work) const;
};

/// The launch overhead that the tile-wave model charges.
inline constexpr double kFp32LaunchS = 4e-6;
inline constexpr double kFp16LaunchS = 6e-6;

/// The roofline: all arithmetic at the peak rate, or all bytes at the peak bandwidth, whichever
/// takes longer.
double roofline_s(const GpuRates& gpu, double flops, double bytes);

/// The tile-wave model: launch, then waves of CTAs, one on each SM, each computing its whole tile
/// at 90 % of the SM's peak, or all bytes at 85 % of the bandwidth, whichever takes longer.
double tilewave_s(const GpuRates& gpu, const GemmWork& work, const GemmTiling& tiling,
                  double launch_s);

/// The least of the model's times over six usual tiles, where the tile is not known.
double best_tilewave_s(const GpuRates& gpu, const GemmWork& work, double launch_s);

}  // namespace weft::cli::validate
