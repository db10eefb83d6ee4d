// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/gpu/tile_memory.h"
#include "sim/transport/blocking.h"

namespace weft::sim {

/// The payload between an SM and the L2: a block by its number, or a store. Times are core cycles
/// of the run at hand; a launch runs at one clock.
struct TilePayload : tlm::tlm_generic_payload {
  bool is_write = false;
  uint64_t cycle = 0;
  uint64_t block = 0;
  double bytes = 0;
  TileCost cost;  // of a read
  TileReply reply;
};

/// A model of the SM array behind a socket.
template <class Target>
using TileSocketTarget = BlockingTarget<Target, TilePayload>;

}  // namespace weft::sim
