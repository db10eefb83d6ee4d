// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sim/core/nest_walk.h"
#include "sim/core/outcome.h"

namespace weft::sim {

/// Moves slices of tensors between memory and scratchpad: operands that are held for an iteration
/// of a loop, and accumulators.
class NestSlices {
 public:
  NestSlices(NestTouch& touch, NestWalk& walk)
      : touch_(touch), walk_(walk), nest_(touch.nest()), state_(touch.state()) {}

  /// Waits until the slice of this iteration is there, asking for it where nobody has; with
  /// several buffers asks for the next one.
  Outcome fill(int32_t hold);
  Outcome prefetch(int32_t hold);
  Outcome clear(int32_t accumulator);
  Outcome flush(int32_t accumulator);

 private:
  /// A contiguous piece of memory.
  struct Piece {
    uint64_t address;
    uint64_t bytes;
    uint32_t element_bytes;
  };

  std::vector<Piece> pieces_of(const program::NestSlice& slice) const;
  void add_box(const program::NestSlice& slice, std::vector<Piece>& pieces) const;
  void add_fibers(const program::NestSlice& slice, std::vector<Piece>& pieces) const;
  void fetch(const program::NestHold& hold, NestState::Hold& at);
  bool load_pieces(const program::NestHold& hold, const std::vector<Piece>& pieces);
  bool flush_elements(const program::NestAccumulator& accumulator,
                      const std::vector<Piece>& pieces);
  bool leads(bool shared) const;

  NestTouch& touch_;
  NestWalk& walk_;
  const program::Nest& nest_;
  NestState& state_;
};

}  // namespace weft::sim
