// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "cli/validate/simple_models.h"

namespace weft::cli::validate {

/// What the name of a cuBLAS or CUTLASS kernel says of the CTA's work on C[m,n].
struct KernelName {
  int tile_m = 0;
  int tile_n = 0;
  std::optional<int> tile_k;  // of one stage
  std::optional<int> stages;  // of loads in flight
  int k_slices = 1;           // groups of warps inside a CTA that share its k
  bool swizzled = false;      // the grid is folded so that near tiles run together
};

/// Reads the names of fp32 GEMM kernels; may be part of a longer, demangled name. Nothing where the
/// name does not say the tile. The forms:
///  - `ampere_sgemm_128x32_sliced1x4_tn`, `maxwell_sgemm_128x64`, `sgemm_128x128x8_NT_vec`: the
///    first size along n, since cuBLAS is column-major;
///  - `sm80_xmma_gemm_..._tilesize128x64x8_stage3_warpsize2x2x1_...`: the first size along m;
///  - `cutlass_80_simt_sgemm_256x128_8x4_...`: the first size along n.
std::optional<KernelName> parse_kernel_name(std::string_view name);

/// A launch grid: CTAs along x, y and z.
using Grid = std::array<int64_t, 3>;

/// The tiling that a kernel's name and grid say. What the z dimension has beyond the batch splits
/// k, as far as there are that many CTAs more than tiles; the rest is folding.
GemmTiling tiling_of(const KernelName& kernel, const Grid& grid, const GemmWork& work);

}  // namespace weft::cli::validate
