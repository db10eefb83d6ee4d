// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "mapper/gpu/contraction.h"
#include "mapper/gpu/launch_judge.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// A lower bound on the time of a contraction with a tile, and the resource that sets it.
struct TileBound {
  double seconds = 0;
  double estimate_s =
      0;  // with what tiles cost that cannot be proved: crowded units, unhidden fills
  std::string_view bound_by;  // "math", "issue", "shared", "l2", "dram"
};

/// The tiles that libraries have kernels for on this machine, for the shape's type.
std::vector<TileChoice> usual_tiles(const ContractionShape& shape,
                                    const machine::GpuDescription& gpu);

/// The bound of one tile: whole waves of the pipes' work at the boost clock, the tiles' bytes at
/// the L2's bandwidth, compulsory bytes at the DRAM's, and the fill and drain of one CTA. Infinite
/// where the tile does not fit an SM.
TileBound bound_tile(const ContractionShape& shape, const TileChoice& tile,
                     const machine::GpuDescription& gpu);

/// The tile that is expected to be fastest among the usual ones for which `allowed` is true; the
/// first of equals. Where there is a judge it decides between those whose estimates are near the
/// least. Throws UserError where none fits.
TileChoice choose_tile(const ContractionShape& shape, const machine::GpuDescription& gpu,
                       const std::function<bool(const TileChoice&)>& allowed = nullptr,
                       LaunchJudge* judge = nullptr);

}  // namespace weft::mapper
