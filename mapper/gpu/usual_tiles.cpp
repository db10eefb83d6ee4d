// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/choose_tile.h"

namespace weft::mapper {

namespace {

/// Rows and columns of C, threads, slices.
struct SimtTile {
  int64_t m, n;
  int threads, slices;
};
/// Rows and columns of C of a CTA and of a warp (of a warp group where products read shared
/// memory), stages.
struct TensorTile {
  int64_t m, n, warp_m, warp_n;
  int stages;
};

/// The fp32 kernels of cuBLAS from Volta to Hopper, by their names.
constexpr SimtTile kSimtTiles[] = {
    {128, 128, 256, 1}, {64, 128, 128, 1}, {128, 64, 128, 1}, {64, 64, 64, 1},  {32, 128, 256, 1},
    {128, 32, 256, 1},  {32, 128, 256, 4}, {64, 32, 256, 4},  {32, 64, 256, 4}, {32, 32, 256, 4}};

/// The mma.sync kernels of cuBLAS and CUTLASS on Ampere and Ada.
constexpr TensorTile kMmaTiles[] = {
    {128, 256, 64, 64, 3}, {256, 128, 64, 64, 3}, {128, 128, 64, 64, 4}, {256, 64, 64, 64, 4},
    {64, 256, 64, 64, 4},  {128, 64, 64, 32, 5},  {64, 128, 32, 64, 5},  {64, 64, 32, 32, 6},
    {32, 128, 32, 32, 5},  {128, 32, 32, 32, 5},  {32, 64, 16, 32, 6},  {16, 128, 16, 32, 5}};

/// The same without copies past the registers: one block in shared memory, one in registers.
constexpr TensorTile kTwoStageTiles[] = {{128, 256, 64, 64, 2}, {256, 128, 64, 64, 2},
                                         {128, 128, 64, 32, 2}, {128, 64, 64, 32, 2},
                                         {64, 128, 32, 64, 2},  {64, 64, 32, 32, 2}};

/// wgmma kernels of Hopper: warp groups of 64 rows.
constexpr TensorTile kWgmmaTiles[] = {{128, 256, 64, 256, 4}, {256, 128, 128, 128, 4},
                                      {128, 128, 64, 128, 6}, {64, 256, 64, 256, 5},
                                      {128, 64, 64, 64, 8},   {64, 128, 64, 128, 8},
                                      {64, 64, 64, 64, 8}};

constexpr int64_t kSplits[] = {1, 2, 3, 4, 6, 8, 16};

void add_splits(std::vector<TileChoice>& tiles, TileChoice tile, const ContractionShape& shape) {
  for (const int64_t split : kSplits) {
    if (split > 1 && shape.k / split < 4 * tile.k * tile.slices) break;
    tile.split_k = split;
    tiles.push_back(tile);
  }
}

std::vector<TileChoice> simt_tiles(const ContractionShape& shape) {
  std::vector<TileChoice> tiles;
  for (const SimtTile& t : kSimtTiles) {
    TileChoice tile;
    tile.m = t.m;
    tile.n = t.n;
    tile.k = 8;
    tile.threads = t.threads;
    tile.slices = t.slices;
    add_splits(tiles, tile, shape);
  }
  return tiles;
}

template <size_t N>
std::vector<TileChoice> tensor_tiles(const ContractionShape& shape, const TensorTile (&list)[N],
                                     int64_t block_bytes, bool wgmma) {
  std::vector<TileChoice> tiles;
  for (const TensorTile& t : list) {
    TileChoice tile;
    tile.m = t.m;
    tile.n = t.n;
    tile.k = static_cast<int64_t>(static_cast<double>(block_bytes) / shape.b_bytes) *
             (shape.sparse_a ? 2 : 1);
    tile.warp_m = t.warp_m;
    tile.warp_n = t.warp_n;
    tile.stages = t.stages;
    tile.wgmma = wgmma;
    const int64_t warps = t.m / t.warp_m * (t.n / t.warp_n) * (wgmma ? 4 : 1);
    tile.threads = static_cast<int>(32 * warps);
    add_splits(tiles, tile, shape);
  }
  return tiles;
}

}  // namespace

std::vector<TileChoice> usual_tiles(const ContractionShape& shape,
                                    const machine::GpuDescription& gpu) {
  if (!shape.tensor_cores) return simt_tiles(shape);
  if (gpu.sm.tensor.wgmma) return tensor_tiles(shape, kWgmmaTiles, 128, true);
  if (gpu.sm.copy.async_copy) return tensor_tiles(shape, kMmaTiles, 64, false);
  return tensor_tiles(shape, kTwoStageTiles, 64, false);
}

}  // namespace weft::mapper
