// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/program/program.h"
#include "mapper/place/row_shares.h"

namespace weft::mapper {

/// How the elements of an array are dealt to the memories of the cores; without more, as the
/// machine deals what has no place.
struct Dealing {
  bool as_usual = true;
  uint64_t interleave_bytes = 0;  // in turn, in pieces of so many
  std::vector<int64_t> begins;    // [range] its first element
  std::vector<unsigned> owners;   // [range] the core at whose memory it lies; none: copies

  static Dealing in_turn(uint64_t interleave_bytes) { return {false, interleave_bytes, {}, {}}; }
  static Dealing copies() { return {false, 0, {}, {}}; }
  /// Elements that belong to rows: one for each row, or those from starts[row] on. As usual where
  /// no row has an owner.
  static Dealing by_rows(const RowShares& rows);
  static Dealing by_rows(const RowShares& rows, const std::vector<int64_t>& starts);

  /// The range of addresses that an array has which is dealt so. Precondition: not as usual; base
  /// and bytes are multiples of program::kRangeAlignment.
  program::PlacedRange range(const std::string& name, uint64_t base, uint64_t bytes,
                             uint32_t element_bytes) const;
};

}  // namespace weft::mapper
