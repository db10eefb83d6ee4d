// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/kernel_name.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace weft::cli::validate {

namespace {

/// Sizes beyond this are no tiles.
constexpr int kLargestSize = 9999;

/// Walks through a name from left to right.
class NameScanner {
 public:
  explicit NameScanner(std::string_view name) : rest_(name) {}

  /// Moves behind the next `word`, wherever it is.
  bool skip_past(std::string_view word) {
    const size_t found = rest_.find(word);
    if (found == std::string_view::npos) return false;
    rest_.remove_prefix(found + word.size());
    return true;
  }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  /// The sizes of "128x64x8"; none where a part of it is no size.
  std::vector<int> sizes() {
    std::vector<int> all;
    do {
      int size = 0;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
      if (error != std::errc() || size <= 0 || size > kLargestSize) return {};
      rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
      all.push_back(size);
    } while (take("x"));
    return all;
  }

 private:
  std::string_view rest_;
};

std::optional<KernelName> parse_xmma(std::string_view name) {
  NameScanner scanner(name);
  if (!scanner.skip_past("xmma_gemm_") || !scanner.skip_past("tilesize")) return std::nullopt;
  const std::vector<int> tile = scanner.sizes();
  if (tile.size() != 3 || !scanner.take("_stage")) return std::nullopt;
  const std::vector<int> stages = scanner.sizes();
  if (stages.size() != 1) return std::nullopt;
  KernelName kernel{.tile_m = tile[0], .tile_n = tile[1], .tile_k = tile[2], .stages = stages[0]};
  if (scanner.take("_warpsize")) {
    const std::vector<int> warps = scanner.sizes();
    if (warps.size() == 3) kernel.k_slices = warps[2];
  }
  return kernel;
}

std::optional<KernelName> parse_cutlass(std::string_view name) {
  NameScanner scanner(name);
  if (!scanner.skip_past("cutlass_")) return std::nullopt;
  while (scanner.skip_past("gemm_")) {
    const std::vector<int> tile = scanner.sizes();
    if (tile.size() != 2 || !scanner.take("_")) continue;
    const std::vector<int> depth = scanner.sizes();
    if (depth.size() != 2) continue;
    return KernelName{.tile_m = tile[1],
                      .tile_n = tile[0],
                      .tile_k = depth[0],
                      .stages = depth[1],
                      .swizzled = true};
  }
  return std::nullopt;
}

std::optional<KernelName> parse_sgemm(std::string_view name) {
  NameScanner scanner(name);
  while (scanner.skip_past("sgemm_")) {
    const std::vector<int> tile = scanner.sizes();
    if (tile.size() != 2 && tile.size() != 3) continue;
    KernelName kernel{.tile_m = tile[1],
                      .tile_n = tile[0],
                      .tile_k = tile.size() == 3 ? std::optional(tile[2]) : std::nullopt,
                      .stages = std::nullopt};
    const bool sliced = scanner.take("_sliced");
    const std::vector<int> slices = sliced ? scanner.sizes() : std::vector<int>{1, 1};
    if (slices.size() == 2) kernel.k_slices = slices[0] * slices[1];
    return kernel;
  }
  return std::nullopt;
}

}  // namespace

std::optional<KernelName> parse_kernel_name(std::string_view name) {
  // In this order: names of CUTLASS contain the form of cuBLAS's own.
  for (const auto parse : {parse_xmma, parse_cutlass, parse_sgemm}) {
    if (const std::optional<KernelName> kernel = parse(name)) return kernel;
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
