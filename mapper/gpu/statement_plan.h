// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/gpu/contraction.h"
#include "mapper/gpu/contraction_form.h"
#include "mapper/gpu/tile_walk.h"

namespace weft::mapper {

/// A statement as an SM array computes it: what it is, how it is walked, and its tile.
struct StatementPlan {
  ContractionForm form;
  TileWalk walk;
  ContractionShape shape;
  TileChoice tile;
  bool tma = false;
};

/// The coordinates of a CTA in the grid of a launch.
enum class GridAxis : uint8_t { Batch, M, N };

/// Which coordinate of the launch's grid chooses the tiles of each dimension of a statement's.
struct AxisOfRole {
  IndexRole role;
  GridAxis axis;
};

/// Statements that one launch computes, CTA by CTA, one after the other.
struct LaunchGroup {
  std::vector<StatementPlan> statements;
  std::vector<std::vector<AxisOfRole>> axes;  // [statement]
  program::Grid grid;
  int64_t fused_shared_bytes = 0;  // of tensors that stay in shared memory
  int64_t fused_registers = 0;     // of a thread, for tensors that stay in registers
};

}  // namespace weft::mapper
