// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <vector>

#include "mapper/gpu/tile_body.h"
#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

using program::kNoToken;
using program::WarpOp;
using program::WarpStep;

constexpr int64_t kBanks = 32;
constexpr double kWordBytes = 4;
constexpr int64_t kUnroll = 4;  // of a loop whose count the compiler does not know
/// For each block of k: bounds and 64-bit addresses of both operands, places in shared memory, the
/// counter and branches.
constexpr uint32_t kBlockAlu = 32;
/// For each round of the unrolled loop, beside an address for each row of B: the place in A, the
/// counter, the branch.
constexpr uint32_t kRoundAlu = 3;
constexpr int kNaiveAddressRegisters = 24;
/// Tokens: the values of a round are there; the sum so far is.
constexpr uint8_t kLoaded = 0, kSum = 1;

/// Bytes of the shared-memory pipe that an access takes: as many cycles as the worst bank has
/// different words, or those of the lanes' own words.
template <class WordOfLane>
double access_bytes(int64_t lanes, double element_bytes, WordOfLane&& word_of_lane) {
  std::vector<std::set<int64_t>> words(kBanks);
  for (int64_t lane = 0; lane < lanes; ++lane) {
    const int64_t word = word_of_lane(lane);
    words[static_cast<size_t>(word % kBanks)].insert(word);
  }
  size_t worst = 1;
  for (const std::set<int64_t>& bank : words) worst = std::max(worst, bank.size());
  const double conflicts = static_cast<double>(worst - 1) * kBanks * kWordBytes;
  return static_cast<double>(lanes) * element_bytes + conflicts;
}

/// Instructions of a warp in which each thread moves its share of a block.
uint32_t moves_of(int64_t elements, int threads) {
  return static_cast<uint32_t>(ceil_div(elements, threads));
}

}  // namespace

TileBody naive_body(const ContractionShape& shape, const TileChoice& tile) {
  const int64_t lanes = std::min<int64_t>(kLanes, tile.threads);
  const double element = shape.a_bytes;
  const double row_bytes = static_cast<double>(lanes) * element;
  const auto row = [&](int64_t lane) { return lane / tile.n; };
  const double a_bytes =
      access_bytes(lanes, element, [&](int64_t lane) { return row(lane) * tile.k; });
  const double b_bytes = access_bytes(lanes, element, [&](int64_t lane) { return lane % tile.n; });
  const WarpOp fma = shape.math == program::MathType::Fp64 ? WarpOp::Fma64 : WarpOp::Fma32;
  TileBody body;
  body.loop.math = shape.math;
  std::vector<WarpStep>& steps = body.loop.steps;
  steps.push_back({WarpOp::Alu, kBlockAlu});
  for (const int64_t elements : {tile.m * tile.k, tile.n * tile.k}) {
    const uint32_t moves = moves_of(elements, tile.threads);
    steps.push_back({WarpOp::LoadGlobal, moves, row_bytes});
    steps.push_back({WarpOp::StoreShared, moves, row_bytes});
  }
  steps.push_back({WarpOp::Barrier});
  for (int64_t left = tile.k; left > 0;) {
    const uint32_t count = left >= kUnroll ? kUnroll : 1;
    steps.push_back({WarpOp::LoadShared, count, a_bytes, 0, kNoToken, kLoaded});
    steps.push_back({WarpOp::LoadShared, count, b_bytes, 0, kNoToken, kLoaded});
    steps.push_back({WarpOp::Alu, count + kRoundAlu});
    // One sum: a multiply-add waits for the one before it.
    for (uint32_t i = 0; i < count; ++i) {
      steps.push_back({fma, 1, 0, static_cast<double>(lanes), i == 0 ? kLoaded : kSum, kSum});
    }
    left -= count;
  }
  steps.push_back({WarpOp::Barrier});  // the block may be overwritten when all have used it
  body.registers =
      kNaiveAddressRegisters + static_cast<int>((1 + 2 * kUnroll) * element / kWordBytes);
  return body;
}

}  // namespace weft::mapper
