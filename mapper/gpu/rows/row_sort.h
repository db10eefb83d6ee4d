// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/program/row_program.h"

namespace weft::mapper {

/// How the entries of a row get into order.
enum class RowSort : uint8_t {
  None,
  Rank,   // each counts how many are smaller: n squared comparisons
  Radix,  // digits of four bits
};

/// Records a rank sort of `entries` in shared memory by the first warps of a CTA of `lanes` lanes:
/// every lane walks over all entries for each of its own.
void record_rank_sort(program::CtaTrace& trace, int64_t entries, int64_t lanes);

/// Records a radix sort of a tile of `slots` entries, a power of two, with columns below `columns`;
/// the tile is sorted whole, however many entries are in it.
void record_radix_sort(program::CtaTrace& trace, int64_t slots, int64_t lanes, int64_t columns);

}  // namespace weft::mapper
