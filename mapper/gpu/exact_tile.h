// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/gpu/contraction.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// What a document says of a tile: elements of C, of k at a time, and blocks in shared memory.
struct TileSizes {
  int64_t m = 1;
  int64_t n = 1;
  int64_t k = 1;
  int stages = 2;
  bool tma = false;          // blocks are moved by the copy engine
  int warps = 0;             // of the CTA; 0: as many as suit the tile
  bool thread_each = false;  // a thread for each element of C

  bool operator==(const TileSizes&) const = default;
};

/// A tile of these sizes, with warps laid out over it: warp tiles of at most 64 x 64, as square as
/// the tile allows, and 4 to 8 of them where the tile is large enough. On machines whose products
/// read shared memory (wgmma), groups of 4 warps take 64 rows or a multiple of them.
TileChoice exact_tile(const ContractionShape& shape, const machine::GpuDescription& gpu,
                      const TileSizes& sizes);

/// The same with `slices` groups of warps that each sum a part of a block's k; warps, where they
/// are said, are those of all groups. Precondition: not a thread for each element.
TileChoice sliced_tile(const ContractionShape& shape, const machine::GpuDescription& gpu,
                       TileSizes sizes, int slices);

}  // namespace weft::mapper
