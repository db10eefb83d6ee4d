// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace weft::mapper {

/// Rows of a matrix in ranges, each with the core that owns it: rows [begins[i], begins[i + 1]),
/// and up to the last row for the last range, belong to core owners[i]. Empty: no row has an owner.
struct RowShares {
  std::vector<int64_t> begins;  // the first at 0, rising
  std::vector<unsigned> owners;

  bool empty() const { return begins.empty(); }
  /// Precondition: not empty.
  unsigned owner_of(int64_t row) const;
  /// Ranges of one owner side by side become one.
  void merge();
};

/// As many rows to each core, in order.
RowShares equal_shares(int64_t rows, unsigned cores);

/// Begins of ranges of rows that weigh about `total / ranges` each; a heavier row is a
/// range by itself.
std::vector<int64_t> weighted_ranges(const std::vector<int64_t>& row_weights, int64_t ranges);

}  // namespace weft::mapper
