// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/dealing.h"

#include <algorithm>

namespace weft::mapper {

namespace {

/// Pieces begin at multiples of this, so that neither a run of DMA requests nor a line of a cache
/// lies at two memories. A few elements are then with their neighbours' owner.
constexpr uint64_t kPieceAlignment = 128;

}  // namespace

Dealing Dealing::by_rows(const RowShares& rows) {
  if (rows.empty()) return {};
  return {false, 0, rows.begins, rows.owners};
}

Dealing Dealing::by_rows(const RowShares& rows, const std::vector<int64_t>& starts) {
  Dealing dealing = by_rows(rows);
  for (int64_t& begin : dealing.begins) begin = starts[static_cast<size_t>(begin)];
  return dealing;
}

program::PlacedRange Dealing::range(const std::string& name, uint64_t base, uint64_t bytes,
                                    uint32_t element_bytes) const {
  program::PlacedRange range{name, base, bytes, interleave_bytes, {}};
  for (size_t i = 0; i < owners.size(); ++i) {
    const uint64_t begin = static_cast<uint64_t>(begins[i]) * element_bytes;
    const uint64_t aligned = std::min(begin / kPieceAlignment * kPieceAlignment, bytes);
    // What is shorter than a piece goes to the next owner.
    if (!range.pieces.empty() && range.pieces.back().begin_bytes == aligned)
      range.pieces.pop_back();
    range.pieces.push_back({aligned, owners[i]});
  }
  return range;
}

}  // namespace weft::mapper
