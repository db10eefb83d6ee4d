// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/program/nest_walk.h"
#include "kernels/program/outcome.h"

namespace weft::program {

/// Moves slices of tensors between memory and scratchpad: operands that are held for an iteration
/// of a loop, and accumulators.
template <class Touch>
class NestSlices {
 public:
  NestSlices(Touch& touch, NestWalk<Touch>& walk)
      : touch_(touch), walk_(walk), nest_(touch.nest()), state_(touch.state()) {}

  /// Waits until the slice of this iteration is there, asking for it where nobody has; with
  /// several buffers asks for the next one.
  Outcome fill(int32_t hold);
  Outcome prefetch(int32_t hold);
  Outcome clear(int32_t accumulator);
  /// A step of bringing the partial results of a core's threads together; see Joined. Threads meet
  /// between the steps where they go through the scratchpad.
  Outcome join(int32_t accumulator, int64_t step);
  Outcome flush(int32_t accumulator);

 private:
  /// Elements that a thread moves before others have their turn.
  static constexpr int64_t kTogether = 8;
  static constexpr int64_t kUnrolled = 4;
  /// A contiguous piece of memory.
  struct Piece {
    uint64_t address;
    uint64_t bytes;
    uint32_t element_bytes;
  };

  /// The coordinates of one dim of a box: `count` of them, `stride` apart.
  struct Side {
    int64_t low;
    int64_t count;
    int64_t stride;
  };

  std::vector<Side> sides_of(const NestSlice& slice) const;
  std::vector<Piece> pieces_of(const NestSlice& slice) const;
  void add_box(const NestSlice& slice, std::vector<Piece>& pieces) const;
  void add_fibers(const NestSlice& slice, std::vector<Piece>& pieces) const;
  void fetch(const NestHold& hold, NestState::Hold& at);
  bool load_pieces(const NestHold& hold, const std::vector<Piece>& pieces);
  bool flush_elements(const NestAccumulator& accumulator, const std::vector<Piece>& pieces);
  void join_in_scratchpad(const NestAccumulator& accumulator, int64_t step, int64_t elements);
  bool leads(Share sharers) const;
  bool writes(const NestAccumulator& accumulator) const;

  Touch& touch_;
  NestWalk<Touch>& walk_;
  const Nest& nest_;
  NestState& state_;
};

}  // namespace weft::program
