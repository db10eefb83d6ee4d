// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernels/program/program.h"

namespace weft::mapper {

/// The order in which C = A * B is walked.
enum class Dataflow : uint8_t { RowWise, Outer, Inner };

/// How an operand reaches the threads: element by element, or in buffers that the DMA engine fills.
struct Staging {
  bool dma = false;
  unsigned buffers = 1;
};

/// How a tensor is spread over the memories of the cores: in turn, its rows in ranges of equal
/// length or where they are asked for, or a copy for every core.
enum class Spread : uint8_t { Interleave, Block, Near, Copy };

/// Where one tensor lies.
struct TensorPlace {
  Spread spread = Spread::Interleave;
  uint64_t interleave_bytes = 0;  // 0: as the machine deals what has no place

  bool by_rows() const { return spread == Spread::Block || spread == Spread::Near; }
  bool operator==(const TensorPlace&) const = default;
};

/// Where the words of the document stand, for attribution: their files differ where a kernel
/// extends another.
struct PlanLines {
  base::Location statement;
  base::Location merge_statement;
  base::Location balance;
  base::Location window;
  base::Location hold_a;
  base::Location hold_b;
  base::Location accumulate;
  base::Location append;
  base::Location coiterate;
  base::Location place_z;
};

/// An SpGEMM schedule without holes: every word of the document that the emission of thread
/// programs needs.
struct SpgemmPlan {
  Dataflow dataflow = Dataflow::RowWise;
  program::AccumulatorKind accumulator = program::AccumulatorKind::Hash;
  bool windows = false;  // rows packed into windows that share one table per core; otherwise
                         // private accumulators
  program::Assignment rows = program::Assignment::Dynamic;
  int64_t grain = 0;  // products of a token at most, where one row of B does not exceed it; 0: a
                      // token is a row
  program::HashBits bits = program::HashBits::Low;
  program::TableLayout layout = program::TableLayout::TagData;
  uint64_t slots = 4096;  // of one table, a power of two; entries of a dense accumulator
  double load_factor = 0.5;
  unsigned tables = 1;
  unsigned merge_ways = 64;
  bool sort = false;
  bool symbolic = false;  // count entries in a first pass, so that rows need no gaps
  bool dma_writeback = false;
  Staging a;
  Staging b;
  bool cache_a = false;
  bool cache_b = false;
  TensorPlace place_a, place_b;
  TensorPlace place_z;         // by rows: a core computes the rows that lie at its memory
  int64_t rows_per_group = 0;  // tile of the row loop; 0: chosen by the work
  PlanLines lines;
};

/// Issue slots per scalar step, from the machine's instruction table. The listings are in
/// docs/listings.md.
struct ScalarSlots {
  uint16_t load = 1;   // the load or store itself
  uint16_t index = 2;  // address of an element at a random index
  uint16_t loop = 3;   // two pointers and a branch
  uint16_t branch = 1;
  uint16_t move = 1;
  uint16_t multiply = 1;
  uint16_t add = 1;
  uint16_t task = 2;    // ask for the next task and test
  uint16_t dma = 4;     // build and post a descriptor
  uint16_t share = 6;   // a thread's block of a range
  uint16_t region = 8;  // an odd number of slots, where it begins, and its reciprocal
  uint16_t barrier = 2;

  bool operator==(const ScalarSlots&) const = default;
};

/// Offload engines of a core that a schedule can ask for.
struct FabricUnits {
  bool dma = true;
  bool dma_copy = true;  // among the engine's operations
  bool queue_engine = true;
  bool collective_engine = true;
};

/// What the compiler needs to know of a fabric.
struct FabricTarget {
  unsigned cores = 1;
  unsigned threads_per_core = 64;
  uint64_t scratchpad_bytes = 4u << 20;
  unsigned index_bytes = 4;
  unsigned position_bytes = 4;
  int64_t interleave_bytes = 64;  // pieces in which memory is dealt to the controllers
  std::vector<int64_t> interleaves_bytes = {64};  // that an array may choose
  FabricUnits units;
  ScalarSlots scalar;
  program::SlotTable slots;
};

}  // namespace weft::mapper
