// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/gpu/contraction.h"

namespace weft::mapper {

/// What a thread or a warp computes in the loop of a tile kernel, and the registers that it needs.
struct TileBody {
  program::LoopBody loop;
  int registers = 0;
};

/// Bytes of shared memory that a CTA's blocks of both operands take for each element of k.
double staged_bytes_per_k(const ContractionShape& shape, const TileChoice& tile);

/// The loop on the ordinary pipes: every thread holds a small tile of C in registers and reads its
/// rows of A and columns of B from shared memory for each k, one k ahead of the arithmetic.
TileBody simt_body(const ContractionShape& shape, const TileChoice& tile);

/// The loop of threads that compute one element of C each: they copy a block, meet, read a row of A
/// and a column of B from shared memory for every multiply-add, and meet again. `threads` of the
/// tile are m times n; lanes run along n.
TileBody naive_body(const ContractionShape& shape, const TileChoice& tile);

/// The loop on the tensor cores with operands in registers (mma.sync): ldmatrix, then one product
/// of 16 x 8 x 32 bytes for each pair of fragments.
TileBody mma_body(const ContractionShape& shape, const TileChoice& tile);

/// The loop of warp groups whose products read shared memory (wgmma); copies are the TMA's.
TileBody wgmma_body(const ContractionShape& shape, const TileChoice& tile);

}  // namespace weft::mapper
