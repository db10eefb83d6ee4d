// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/kernel_name.h"

#include <algorithm>
#include <charconv>
#include <regex>

namespace weft::cli::validate {

namespace {

using Match = std::match_results<std::string_view::const_iterator>;

std::optional<int> number(const Match& match, size_t group) {
  if (!match[group].matched) return std::nullopt;
  const std::string digits = match[group].str();
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::optional<KernelName> parse_xmma(std::string_view name) {
  static const std::regex kForm(
      R"(xmma_gemm_\w*tilesize(\d{1,4})x(\d{1,4})x(\d{1,4})_stage(\d{1,2})(?:_warpsize\d+x\d+x(\d{1,2}))?)");
  Match match;
  if (!std::regex_search(name.begin(), name.end(), match, kForm)) return std::nullopt;
  return KernelName{.tile_m = *number(match, 1),
                    .tile_n = *number(match, 2),
                    .tile_k = number(match, 3),
                    .stages = number(match, 4),
                    .k_slices = number(match, 5).value_or(1)};
}

std::optional<KernelName> parse_cutlass(std::string_view name) {
  static const std::regex kForm(R"(cutlass_\w*gemm_(\d{1,4})x(\d{1,4})_(\d{1,4})x(\d{1,2})(?!\d))");
  Match match;
  if (!std::regex_search(name.begin(), name.end(), match, kForm)) return std::nullopt;
  return KernelName{.tile_m = *number(match, 2),
                    .tile_n = *number(match, 1),
                    .tile_k = number(match, 3),
                    .stages = number(match, 4),
                    .swizzled = true};
}

std::optional<KernelName> parse_sgemm(std::string_view name) {
  static const std::regex kForm(
      R"(sgemm_(\d{1,4})x(\d{1,4})(?:x(\d{1,4}))?(?:_sliced(\d{1,2})x(\d{1,2}))?(?![\dx]))");
  Match match;
  if (!std::regex_search(name.begin(), name.end(), match, kForm)) return std::nullopt;
  return KernelName{.tile_m = *number(match, 2),
                    .tile_n = *number(match, 1),
                    .tile_k = number(match, 3),
                    .stages = std::nullopt,
                    .k_slices = number(match, 4).value_or(1) * number(match, 5).value_or(1)};
}

}  // namespace

std::optional<KernelName> parse_kernel_name(std::string_view name) {
  // In this order: names of CUTLASS contain the form of cuBLAS's own.
  for (const auto parse : {parse_xmma, parse_cutlass, parse_sgemm}) {
    const std::optional<KernelName> kernel = parse(name);
    if (kernel && kernel->tile_m > 0 && kernel->tile_n > 0 && kernel->k_slices > 0) return kernel;
  }
  return std::nullopt;
}

GemmTiling tiling_of(const KernelName& kernel, const Grid& grid, const GemmWork& work) {
  GemmTiling tiling{kernel.tile_m, kernel.tile_n};
  const int64_t per_tile = grid[0] * grid[1] * grid[2] / tiling.ctas(work);
  tiling.splits = std::clamp<int64_t>(std::min(per_tile, grid[2] / work.batch), 1, work.k);
  return tiling;
}

}  // namespace weft::cli::validate
