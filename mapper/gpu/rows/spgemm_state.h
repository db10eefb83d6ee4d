// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mapper/gpu/rows/device_csr.h"

namespace weft::mapper {

/// What the launches of a sparse product share: operands, what is known of each row of C so far,
/// and C itself.
struct SpgemmState {
  SpgemmState(const tensor::CsrMatrix& a_matrix, const tensor::CsrMatrix& b_matrix);

  /// Makes room for the rows of C as `row_entries` says, each in place.
  void place_rows(const std::vector<int64_t>& row_entries);
  void forget();

  DeviceSpace space;
  DeviceCsr a;
  DeviceCsr b;
  std::vector<int64_t> row_products;  // [row] an upper bound on its entries
  std::vector<int64_t> row_entries;   // [row] of C
  std::vector<int64_t> row_begin;     // [row + 1] place of the row in c_column
  std::vector<int32_t> c_column;
  std::vector<double> c_value;
  uint64_t c_row_at = 0;
  uint64_t c_column_at = 0;
  uint64_t c_value_at = 0;
  uint64_t bins_at = 0;
};

inline constexpr int64_t kValueBytes = 8;

}  // namespace weft::mapper
