// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "mapper/gpu/contraction.h"
#include "mapper/gpu/launch_judge.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// The tiles that libraries have kernels for on this machine, for the shape's type.
std::vector<TileChoice> usual_tiles(const ContractionShape& shape,
                                    const machine::GpuDescription& gpu);

/// What a contraction is expected to take with a tile, in seconds: whole waves of the pipes' work
/// at the boost clock, the tiles' bytes at the L2's bandwidth and compulsory bytes at the DRAM's,
/// crowded (crowding.h), and the fills and drains that neighbours do not hide. No bound. Infinite
/// where the tile does not fit an SM.
double expected_tile_s(const ContractionShape& shape, const TileChoice& tile,
                       const machine::GpuDescription& gpu);

/// The tile that is expected to be fastest among the usual ones for which `allowed` is true; the
/// first of equals. Where there is a judge it decides between those whose estimates are near the
/// least. Throws UserError where none fits.
TileChoice choose_tile(const ContractionShape& shape, const machine::GpuDescription& gpu,
                       const std::function<bool(const TileChoice&)>& allowed = nullptr,
                       LaunchJudge* judge = nullptr);

}  // namespace weft::mapper
