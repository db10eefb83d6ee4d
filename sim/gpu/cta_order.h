// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/program/grid_program.h"

namespace weft::sim {

/// The coordinates of the `number`-th CTA that is handed out: batch slowest, then split-K, then the
/// two tile coordinates in the order and the swizzle of the grid.
program::CtaCoordinates cta_coordinates(const program::Grid& grid, int64_t number);

}  // namespace weft::sim
