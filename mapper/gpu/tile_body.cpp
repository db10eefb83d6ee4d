// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/tile_body.h"

#include <algorithm>

#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

using program::kNoToken;
using program::WarpOp;
using program::WarpStep;

constexpr double kWideBytes = 16 * kLanes;  // of a warp's 128-bit load or store
constexpr int kAddressRegisters = 24;       // pointers, counters and predicates
constexpr uint32_t kLoopAlu = 6;            // pointer steps, counter, branch: once per block of k

uint32_t at_least_one(double count) {
  return static_cast<uint32_t>(std::max(1.0, count + 0.5));
}

/// The tile of C of a thread: as square as the CTA's allows, at most 8 x 8.
struct ThreadTile {
  int64_t m = 8;
  int64_t n = 8;
};

ThreadTile thread_tile(const TileChoice& tile) {
  const int64_t outputs = std::max<int64_t>(1, tile.m * tile.n * tile.slices / tile.threads);
  ThreadTile t;
  while (t.m * t.n > outputs) {
    if ((t.m >= t.n && t.m > 4) || t.n == 1) {
      t.m /= 2;
    } else {
      t.n /= 2;
    }
  }
  while (t.m * t.n < outputs) t.m *= 2;
  return t;
}

/// Bytes of the operands that a CTA stages for one block of k.
double staged_bytes(const ContractionShape& shape, const TileChoice& tile) {
  return static_cast<double>(tile.k * tile.slices) * staged_bytes_per_k(shape, tile);
}

}  // namespace

double staged_bytes_per_k(const ContractionShape& shape, const TileChoice& tile) {
  const double a =
      shape.a_on_chip ? 0 : static_cast<double>(tile.m) * shape.a_bytes * shape.a_staged;
  const double b = shape.b_on_chip ? 0 : static_cast<double>(tile.n) * shape.b_bytes;
  return a + b;
}

TileBody simt_body(const ContractionShape& shape, const TileChoice& tile) {
  const ThreadTile t = thread_tile(tile);
  const double word = shape.a_bytes;
  const WarpOp fma = shape.math == program::MathType::Fp64 ? WarpOp::Fma64 : WarpOp::Fma32;
  const double warps = tile.threads / static_cast<double>(kLanes);
  const bool gathers = shape.pruned_b && shape.a_staged <= 1;
  const bool copies = tile.stages > 2;  // more blocks than registers and one buffer hold
  const uint32_t moves = at_least_one(staged_bytes(shape, tile) / warps / kWideBytes);
  const auto fragment_loads =
      at_least_one(static_cast<double>(t.m + t.n) * word * kLanes / kWideBytes);
  TileBody body;
  body.loop.math = shape.math;
  std::vector<WarpStep>& steps = body.loop.steps;
  for (int64_t k = 0; k < tile.k; ++k) {
    if (k == tile.k - 1) {  // the next block is complete before its first values are read
      if (!copies) steps.push_back({WarpOp::StoreShared, moves, kWideBytes});
      steps.push_back({WarpOp::Barrier});
    }
    const auto next = static_cast<uint8_t>((k + 1) % 2);
    steps.push_back({WarpOp::LoadShared, fragment_loads, kWideBytes, 0, kNoToken, next});
    if (shape.pruned_b) {  // which column of A the row of B meets
      steps.push_back({WarpOp::LoadShared, 1, kWideBytes / 4});
      steps.push_back({WarpOp::Alu, 2});
    }
    if (k == 0) {
      if (gathers) {  // the index has to be there before the columns can be asked for
        steps.push_back({WarpOp::LoadGlobal, moves, kWideBytes / 4});
        steps.push_back({WarpOp::StoreShared, 2 * moves, kWideBytes / 4});
        steps.push_back({WarpOp::Barrier});
        steps.push_back({WarpOp::LoadGlobal, 2 * moves, kWideBytes / 4});
      }
      // Copies turn the block on its way, and so move one word of each lane at a time.
      if (copies) steps.push_back({WarpOp::CopyAsync, 4 * moves, kWideBytes / 4});
      if (!copies) steps.push_back({WarpOp::LoadGlobal, moves, kWideBytes});
      steps.push_back({WarpOp::Alu, kLoopAlu});
    }
    steps.push_back({fma, static_cast<uint32_t>(t.m * t.n), 0, static_cast<double>(kLanes),
                     static_cast<uint8_t>(k % 2)});
  }
  const double words_per_element = word / 4;
  body.registers =
      static_cast<int>(words_per_element * static_cast<double>(t.m * t.n + 2 * (t.m + t.n))) +
      static_cast<int>(copies ? 0 : 4 * moves) + kAddressRegisters;
  return body;
}

TileBody mma_body(const ContractionShape& shape, const TileChoice& tile) {
  constexpr double kStepBytes = 32;  // along k of one product
  constexpr double kFragment = 512;  // of an ldmatrix.x4
  const double element = shape.b_bytes;
  const double sparse = shape.sparse_a ? 2 : 1;
  const double step_k = kStepBytes / element * sparse;  // elements of k in one product
  const auto steps_k = at_least_one(static_cast<double>(tile.k) / step_k);
  const double warps = tile.threads / static_cast<double>(kLanes);
  const auto a_loads = at_least_one(static_cast<double>(tile.warp_m) / 16);
  const auto b_loads = at_least_one(static_cast<double>(tile.warp_n) / 16 * sparse);
  const auto products =
      at_least_one(static_cast<double>(tile.warp_m) / 16 * static_cast<double>(tile.warp_n) / 8);
  const double fma = 16.0 * 8 * kStepBytes / element;
  const WarpOp op = shape.sparse_a ? WarpOp::MmaSparse : WarpOp::Mma;
  TileBody body;
  body.loop.math = shape.math;
  std::vector<WarpStep>& steps = body.loop.steps;
  const auto copies = at_least_one(staged_bytes(shape, tile) / warps / kWideBytes);
  for (uint32_t k = 0; k < steps_k; ++k) {
    if (k == steps_k - 1) steps.push_back({WarpOp::Barrier});
    const auto next = static_cast<uint8_t>((k + 1) % 2);
    steps.push_back({WarpOp::LoadShared, a_loads + b_loads, kFragment, 0, kNoToken, next});
    if (shape.sparse_a) {  // positions of the kept values
      steps.push_back({WarpOp::LoadShared, at_least_one(a_loads / 2.0), 128, 0, kNoToken, next});
    }
    if (k == 0) {
      steps.push_back({WarpOp::CopyAsync, copies, kWideBytes});
      steps.push_back({WarpOp::Alu, kLoopAlu});
    }
    steps.push_back({op, products, 0, fma, static_cast<uint8_t>(k % 2)});
  }
  const double fragments = 2 * (static_cast<double>(a_loads) + b_loads) * kFragment / kLanes / 4;
  const double sums = static_cast<double>(tile.warp_m * tile.warp_n) / kLanes;
  body.registers = static_cast<int>(sums + fragments) + kAddressRegisters;
  return body;
}

TileBody wgmma_body(const ContractionShape& shape, const TileChoice& tile) {
  constexpr double kStepBytes = 32;
  constexpr double kGroupWarps = 4;
  constexpr int64_t kGroupRows = 64;
  const double element = shape.b_bytes;
  const double sparse = shape.sparse_a ? 2 : 1;
  const auto steps_k = at_least_one(static_cast<double>(tile.k) / (kStepBytes / element * sparse));
  const auto rows = at_least_one(static_cast<double>(tile.warp_m) / kGroupRows);
  const auto columns = static_cast<double>(tile.warp_n);
  const double operand_bytes = kStepBytes * (kGroupRows + columns * sparse) / kGroupWarps;
  const double fma = kGroupRows / kGroupWarps * columns * kStepBytes / element;
  TileBody body;
  body.loop.math = shape.math;
  std::vector<WarpStep>& steps = body.loop.steps;
  steps.push_back({WarpOp::Alu, kLoopAlu});
  steps.push_back({shape.sparse_a ? WarpOp::WgmmaSparse : WarpOp::Wgmma, rows * steps_k,
                   operand_bytes, fma, kNoToken, 0});
  // The block is free for the next copy when the products before the last are done.
  steps.push_back({WarpOp::Alu, 2, 0, 0, 1});
  const double sums = static_cast<double>(tile.warp_m * tile.warp_n) / (kGroupWarps * kLanes);
  body.registers = static_cast<int>(sums) + kAddressRegisters + 16;
  return body;
}

}  // namespace weft::mapper
