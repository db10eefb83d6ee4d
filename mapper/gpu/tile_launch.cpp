// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "mapper/gpu/contraction.h"
#include "mapper/gpu/tile_body.h"
#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

using program::TileTraffic;

TileBody make_body(const ContractionShape& shape, const TileChoice& tile) {
  if (tile.thread_each) return naive_body(shape, tile);
  if (!shape.tensor_cores) return simt_body(shape, tile);
  return tile.wgmma ? wgmma_body(shape, tile) : mma_body(shape, tile);
}

TileTraffic operand(const std::string& name, double bytes, double block_k, bool by_batch,
                    int64_t tile_rows, int64_t rows, bool rows_are_m) {
  TileTraffic traffic;
  traffic.tensor = name;
  traffic.bytes_per_row = bytes * block_k;
  traffic.tile_rows = tile_rows;
  traffic.rows = rows;
  traffic.by_batch = by_batch;
  traffic.by_m = rows_are_m;
  traffic.by_n = !rows_are_m;
  traffic.by_k = true;
  traffic.rows_are_m = rows_are_m;
  return traffic;
}

/// What threads copy one element each is a piece of a row of A along k, and of B along n. (Tiles of
/// libraries are copied in whole lines.)
void set_pieces(program::Segment& segment, const ContractionShape& shape, const TileChoice& tile) {
  for (TileTraffic& load : segment.loads) {
    load.piece_bytes = load.by_m ? shape.a_bytes * static_cast<double>(tile.k)
                                 : shape.b_bytes * static_cast<double>(tile.n);
  }
}

/// The tile of C: rows of m, each as long as the part of n that the tile covers.
TileTraffic result(const ContractionShape& shape, const TileChoice& tile) {
  TileTraffic traffic;
  traffic.tensor = shape.c_name;
  // A partial tile along n is counted as its share of the average tile.
  const int64_t n_tiles = ceil_div(shape.n, tile.n);
  traffic.bytes_per_row = result_bytes(shape, tile.split_k) * static_cast<double>(shape.n) /
                          static_cast<double>(n_tiles);
  traffic.tile_rows = tile.m;
  traffic.rows = shape.m;
  traffic.by_m = traffic.by_n = true;
  return traffic;
}

}  // namespace

double result_bytes(const ContractionShape& shape, int64_t split_k) {
  if (split_k == 1) return shape.c_bytes;
  const double partial_sum_bytes = shape.math == program::MathType::Fp64 ? 8 : 4;
  return 2 * partial_sum_bytes + shape.c_bytes / static_cast<double>(split_k);
}

Readers readers_of(const ContractionShape& shape, const TileChoice& tile) {
  const auto readers = [&](int64_t tiles) {
    return static_cast<double>(tiles) / static_cast<double>(ceil_div(tiles, tile.cluster));
  };
  const double along_m = readers(ceil_div(shape.m, tile.m));
  const double along_n = readers(ceil_div(shape.n, tile.n));
  const auto saved = [](int64_t rows, double bytes, double shared_by) {
    return static_cast<double>(rows) * bytes * (1 - 1 / shared_by);
  };
  const double of_b = shape.b_on_chip ? 0 : saved(tile.n, shape.b_bytes, along_m);
  const double of_a = shape.a_on_chip ? 0 : saved(tile.m, shape.a_bytes * shape.a_staged, along_n);
  return of_b >= of_a ? Readers{1, along_m} : Readers{along_n, 1};
}

std::string TileChoice::str() const {
  std::string text = fmt::format("{}x{}x{}", m, n, k * slices);
  if (slices > 1) text += fmt::format(" sliced {}", slices);
  if (split_k > 1) text += fmt::format(" split-K {}", split_k);
  return text + fmt::format(" {} threads, {} stages", threads, stages);
}

program::Launch tile_launch(const std::string& name, const ContractionShape& shape,
                            const TileChoice& tile) {
  const TileBody body = make_body(shape, tile);
  const int64_t block_k = tile.k * tile.slices;
  const int64_t k_of_cta = ceil_div(shape.k, tile.split_k);
  program::Launch launch;
  launch.name = name;
  launch.grid = {shape.batch,
                 ceil_div(shape.m, tile.m),
                 ceil_div(shape.n, tile.n),
                 tile.split_k,
                 tile.n_fastest,
                 tile.swizzle};
  launch.threads = tile.threads;
  launch.registers = std::max(body.registers, 32);
  launch.shared_bytes = static_cast<int64_t>(tile.stages * static_cast<double>(block_k) *
                                             staged_bytes_per_k(shape, tile));
  launch.stages = tile.stages;
  launch.tma = tile.wgmma;

  program::Segment segment;
  const Readers readers = readers_of(shape, tile);
  segment.body = body.loop;
  segment.iterations = ceil_div(k_of_cta, block_k);
  // A partial block at the end of k is counted as its share of the average block.
  const double loaded_k =
      static_cast<double>(shape.k) / static_cast<double>(tile.split_k * segment.iterations);
  if (!shape.a_on_chip) {
    segment.loads.push_back(operand(shape.a_name, shape.a_bytes * shape.a_staged, loaded_k,
                                    shape.a_by_batch, tile.m, shape.m, true));
    segment.loads.back().readers = readers.a;
  }
  if (!shape.b_on_chip) {
    segment.loads.push_back(
        operand(shape.b_name, shape.b_bytes, loaded_k, shape.b_by_batch, tile.n, shape.n, false));
    segment.loads.back().readers = readers.b;
  }
  if (tile.thread_each) set_pieces(segment, shape, tile);
  if (!shape.c_on_chip) segment.stores.push_back(result(shape, tile));
  const double wide_bytes = 512;
  const double warps = tile.threads / 32.0;
  segment.store_instructions = static_cast<uint32_t>(
      static_cast<double>(tile.m * tile.n) * shape.c_bytes / wide_bytes / warps * 2 + 16);
  segment.products = static_cast<double>(tile.m * tile.n) * static_cast<double>(k_of_cta);
  launch.segments.push_back(std::move(segment));
  return launch;
}

}  // namespace weft::mapper
