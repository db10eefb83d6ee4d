// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/program/program.h"

namespace weft::program {

/// What a warp instruction of a tile kernel occupies.
enum class WarpOp : uint8_t {
  Fma32,        // fp32 pipe, one multiply-add per lane
  Fma64,        // fp64 pipe
  Alu,          // integer, address and control instructions
  Mma,          // tensor pipe, operands in registers
  MmaSparse,    // the same on a 2:4 operand; `fma` counts the multiply-adds that are done
  Wgmma,        // tensor pipe, operands in shared memory
  WgmmaSparse,  // the same on a 2:4 operand
  LoadShared,   // shared memory -> registers
  StoreShared,  // registers -> shared memory
  LoadGlobal,   // L2 -> registers; its data is a tile of the iterations ahead
  CopyAsync,    // L2 -> shared memory, past the registers
  Barrier,      // the warps of the CTA meet
};

/// How many kinds of WarpOp there are.
inline constexpr size_t kWarpOps = static_cast<size_t>(WarpOp::Barrier) + 1;

/// The type that a multiply-add works in; it chooses the rate of the pipe and the energy.
enum class MathType : uint8_t { Fp32, Fp64, Tf32, Fp16, Fp16Acc16, Bf16, Fp8, Int8 };
inline constexpr size_t kMathTypes = static_cast<size_t>(MathType::Int8) + 1;

/// Values that wait for each other inside a warp: a step that needs a token starts when the last
/// step that gives it is done.
inline constexpr uint8_t kNoToken = 255;
inline constexpr size_t kTokens = 8;

/// `count` equal instructions of a warp in a row.
struct WarpStep {
  WarpOp op = WarpOp::Alu;
  uint32_t count = 1;
  double bytes = 0;  // that one instruction moves through the shared-memory pipe
  double fma = 0;    // multiply-adds of one instruction, over the warp
  uint8_t needs = kNoToken;
  uint8_t gives = kNoToken;
};

/// The instructions of one warp for one step along k. All warps of a CTA do the same.
struct LoopBody {
  std::vector<WarpStep> steps;
  MathType math = MathType::Fp32;
};

/// One block of a tensor that a CTA moves at a time. Blocks with equal coordinates are the same
/// bytes: the second CTA that asks finds them in the L2 cache.
struct TileTraffic {
  std::string tensor;
  double bytes_per_row = 0;  // of a block: along k for operands, along n for results
  int64_t tile_rows = 1;     // rows of a whole block
  int64_t rows = 1;          // rows of the tensor; the last block of them may be partial
  bool by_batch = true;      // which coordinates of the CTA choose the block
  bool by_m = false;
  bool by_n = false;
  bool by_k = false;
  bool rows_are_m = true;  // the rows are cut by the coordinate m, otherwise by n
  double piece_bytes = 0;  // that lie side by side in the tensor; 0: whole cache lines
  double readers = 1;      // CTAs of a cluster that one answer of the L2 goes to, on average
};

/// A loop of a CTA: `iterations` times the body, on blocks that are loaded some iterations ahead.
struct Segment {
  LoopBody body;
  int64_t iterations = 1;
  std::vector<TileTraffic> loads;   // bytes of one iteration
  std::vector<TileTraffic> stores;  // bytes of the whole segment
  uint32_t store_instructions = 0;  // of one warp, at the end
  double products = 0;              // useful multiply-adds of one CTA of full extent
  uint16_t source = 0;              // index into GridProgram::sources
};

/// CTAs of a launch by their coordinates; the first coordinate of `raster` varies fastest.
struct Grid {
  int64_t batch = 1;
  int64_t m_tiles = 1;
  int64_t n_tiles = 1;
  int64_t split_k = 1;
  bool n_fastest = false;
  int64_t swizzle = 1;  // tiles of the slow coordinate that are walked together

  int64_t ctas() const { return batch * m_tiles * n_tiles * split_k; }
};

/// The place of a CTA in the grid.
struct CtaCoordinates {
  int64_t batch = 0;
  int64_t m = 0;
  int64_t n = 0;
  int64_t k = 0;  // of split_k
};

/// The arithmetic of a launch on real operands.
class TileFunction {
 public:
  virtual ~TileFunction() = default;
  /// Computes what the CTA at `at` stores.
  virtual void run(const CtaCoordinates& at) = 0;
};

/// One kernel launch: a grid of equal CTAs.
struct Launch {
  std::string name;
  Grid grid;
  int threads = 128;
  int registers = 128;       // of a thread
  int64_t shared_bytes = 0;  // of a CTA
  int stages = 2;    // blocks of the loop that are in flight or in use; 1: each is waited for
  bool tma = false;  // blocks are moved by the copy engine and not by the threads
  std::vector<Segment> segments;
  std::shared_ptr<TileFunction> function;  // null: time only
};

/// What an SM array executes: launches one after the other.
struct GridProgram {
  std::vector<Launch> launches;
  std::vector<Source> sources;
};

}  // namespace weft::program
