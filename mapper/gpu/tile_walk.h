// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapper/gpu/contraction_form.h"

namespace weft::mapper {

/// How an index is walked: tiles of it are dealt to CTAs, or one CTA walks them all.
struct IndexWalk {
  std::string index;
  IndexRole role = IndexRole::K;
  int64_t extent = 1;
  int64_t tile = 1;    // iterations of it that a CTA's tile covers at once
  bool dealt = false;  // to CTAs

  int64_t tiles() const { return (extent + tile - 1) / tile; }
};

/// A dimension of the grid: a role's tiles that CTAs share out. A banded dimension is walked
/// `band` tiles at a time, innermost.
struct GridDimension {
  IndexRole role = IndexRole::M;
  std::vector<std::string> loops;
  int axis = 0;  // 1, 2, 3 for cta.x, cta.y, cta.z; 0 for cta
  int64_t tiles = 1;
  int64_t band = 1;
};

/// The loops of a statement as CTAs see them.
struct TileWalk {
  std::vector<IndexWalk> indices;
  std::vector<GridDimension> grid;  // slowest first, each role at most once
  int64_t split_k = 1;

  /// Tiles along the indices of a role that one CTA walks.
  int64_t serial_tiles(IndexRole role) const;
};

/// Reads the words `split tiles order par tensorize reduce` of a statement without holes. The loops
/// of `tensorize` make the tile; of the others, those on `cta` are dealt out and the rest are
/// walked by one CTA. The order of the cta loops, the innermost fastest, is the order in which CTAs
/// are handed out; cta.x, cta.y and cta.z say it without regard to the order. Reports what has no
/// meaning on an SM array.
std::optional<TileWalk> tile_walk(const ir::Kernel& kernel, const ContractionForm& form,
                                  base::Diagnostics& diagnostics);

/// What makes the tile of a statement, or nothing after a report that there is nothing.
const ir::Tensorize* tensorize_of(const ir::StatementSchedule& schedule,
                                  const ir::Statement& statement, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
