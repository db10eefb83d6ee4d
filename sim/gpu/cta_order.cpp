// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/cta_order.h"

#include <algorithm>

namespace weft::sim {

/// Swizzled walks cut the slow coordinate into bands of `swizzle` tiles and walk a band completely,
/// its slow coordinate innermost, before the next: concurrent CTAs then form a block that shares
/// rows and columns, and not a line that shares only one of them.
program::CtaCoordinates cta_coordinates(const program::Grid& grid, int64_t number) {
  const int64_t fast_tiles = grid.n_fastest ? grid.n_tiles : grid.m_tiles;
  const int64_t slow_tiles = grid.n_fastest ? grid.m_tiles : grid.n_tiles;
  const int64_t plane = fast_tiles * slow_tiles;
  program::CtaCoordinates at;
  at.k = number / plane % grid.split_k;
  at.batch = number / (plane * grid.split_k);
  const int64_t in_plane = number % plane;
  const int64_t band_size = grid.swizzle * fast_tiles;
  const int64_t band = in_plane / band_size;
  const int64_t height = std::min(grid.swizzle, slow_tiles - band * grid.swizzle);
  const int64_t in_band = in_plane - band * band_size;
  const int64_t fast = in_band / height;
  const int64_t slow = band * grid.swizzle + in_band % height;
  at.m = grid.n_fastest ? slow : fast;
  at.n = grid.n_fastest ? fast : slow;
  return at;
}

}  // namespace weft::sim
