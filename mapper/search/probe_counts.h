// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/program/program.h"
#include "mapper/compile/builder.h"

namespace weft::mapper {

/// Slots behind the first that inserting the products of each row of C = A * B looks at, at least,
/// where rows have regions of a table as pack_windows() makes them. [row]
///
/// With linear probing neither the slots that end up taken nor the sum of how far keys lie from
/// home depends on the order of insertion (Knuth, The Art of Computer Programming 3, section 6.4,
/// theorem P). A key is put as far from home as it is then found, so that new entries take exactly
/// that sum; products that find theirs take the least that the sum leaves, the entries that are hit
/// most lying nearest.
std::vector<double> probes_behind_first(const SpgemmOperands& operands, program::HashBits bits,
                                        double load_factor);

}  // namespace weft::mapper
