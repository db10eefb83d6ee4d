// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

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
    {32, 128, 32, 32, 5},  {128, 32, 32, 32, 5},  {32, 64, 16, 32, 6},   {16, 128, 16, 32, 5}};

/// The same without copies past the registers: one block in shared memory, one in registers.
constexpr TensorTile kTwoStageTiles[] = {{128, 256, 64, 64, 2}, {256, 128, 64, 64, 2},
                                         {128, 128, 64, 32, 2}, {128, 64, 64, 32, 2},
                                         {64, 128, 32, 64, 2},  {64, 64, 32, 32, 2}};

/// The kernels of cuSPARSELt on Ampere, by the waves that its times show: large tiles, as a sparse
/// product needs twice the columns of B for the same arithmetic.
constexpr TensorTile kSparseTiles[] = {
    {256, 128, 64, 64, 2}, {128, 256, 64, 64, 2}, {64, 64, 32, 32, 4}};

/// wgmma kernels of Hopper: warp groups of 64 rows.
constexpr TensorTile kWgmmaTiles[] = {
    {128, 256, 64, 256, 4}, {256, 128, 128, 128, 4}, {128, 128, 64, 128, 6}, {64, 256, 64, 256, 5},
    {128, 64, 64, 64, 8},   {64, 128, 64, 128, 8},   {64, 64, 64, 64, 8}};

constexpr int64_t kSplits[] = {1, 2, 3, 4, 6, 8, 16};

constexpr int64_t kMiddleTile = 128;

int64_t ctas_of(const ContractionShape& shape, int64_t m, int64_t n) {
  return shape.batch * ((shape.m + m - 1) / m) * ((shape.n + n - 1) / n);
}

/// Libraries divide k where the tiles of C leave SMs without work, and into parts that are long
/// enough to fill the pipeline. On tensor cores they do so too where two waves of parts are shorter
/// than a wave of tiles that is far from full.
void add_splits(std::vector<TileChoice>& tiles, TileChoice tile, const ContractionShape& shape,
                int sms) {
  constexpr int64_t kLeastBlocks = 8;
  const int64_t ctas = ctas_of(shape, tile.m, tile.n);
  for (const int64_t split : kSplits) {
    const int64_t waves = shape.tensor_cores ? 2 : 1;
    const bool fills = ctas * split <= waves * sms && !shape.sparse_a;
    if (split > 1 && (!fills || shape.k / split < kLeastBlocks * tile.k * tile.slices)) break;
    tile.split_k = split;
    tiles.push_back(tile);
  }
}

std::vector<TileChoice> simt_tiles(const ContractionShape& shape, int sms) {
  std::vector<TileChoice> tiles;
  for (const SimtTile& t : kSimtTiles) {
    TileChoice tile;
    tile.m = t.m;
    tile.n = t.n;
    tile.k = 8;
    tile.threads = t.threads;
    tile.slices = t.slices;
    add_splits(tiles, tile, shape, sms);
  }
  return tiles;
}

template <size_t N>
std::vector<TileChoice> tensor_tiles(const ContractionShape& shape, const TensorTile (&list)[N],
                                     int64_t block_bytes, bool wgmma,
                                     const machine::GpuDescription& gpu) {
  std::vector<TileChoice> tiles;
  // A tile wider than the result is mostly padding: those count as no work for an SM.
  const bool enough = std::min(shape.m, shape.n) >= kMiddleTile &&
                      ctas_of(shape, kMiddleTile, kMiddleTile) >= gpu.sms;
  for (const TensorTile& t : list) {
    // Small tiles load more for the same arithmetic: libraries keep them for small results.
    if (enough && t.m * t.n < kMiddleTile * kMiddleTile) continue;
    TileChoice tile;
    tile.m = t.m;
    tile.n = t.n;
    tile.k = static_cast<int64_t>(static_cast<double>(block_bytes) / shape.b_bytes) *
             (shape.sparse_a ? 2 : 1);
    tile.warp_m = t.warp_m;
    tile.warp_n = t.warp_n;
    // A sparse product stages twice as much of B for each block of the stored A.
    tile.stages = wgmma && shape.sparse_a ? (t.stages + 1) / 2 : t.stages;
    tile.wgmma = wgmma;
    if (wgmma) tile.cluster = gpu.sm.copy.cluster_ctas;
    tile.swizzle = 8;  // as CUTLASS walks large grids
    const int64_t warps = t.m / t.warp_m * (t.n / t.warp_n) * (wgmma ? 4 : 1);
    tile.threads = static_cast<int>(32 * warps);
    add_splits(tiles, tile, shape, gpu.sms);
  }
  return tiles;
}

}  // namespace

std::vector<TileChoice> usual_tiles(const ContractionShape& shape,
                                    const machine::GpuDescription& gpu) {
  if (!shape.tensor_cores) return simt_tiles(shape, gpu.sms);
  // wgmma has no fp64 form.
  const bool wgmma = gpu.sm.tensor.wgmma && shape.math != program::MathType::Fp64;
  if (wgmma) return tensor_tiles(shape, kWgmmaTiles, 128, true, gpu);
  if (shape.sparse_a) return tensor_tiles(shape, kSparseTiles, 64, false, gpu);
  if (gpu.sm.copy.async_copy) return tensor_tiles(shape, kMmaTiles, 64, false, gpu);
  return tensor_tiles(shape, kTwoStageTiles, 64, false, gpu);
}

}  // namespace weft::mapper
