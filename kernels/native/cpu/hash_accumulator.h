// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "kernels/native/cpu/cpu_product.h"

namespace weft::native {

/// Sums products that share a column: a hash table with linear probing, used for one row after the
/// other.
class HashAccumulator {
 public:
  /// Room for rows of up to `most_products` products, each in a column below `cols`.
  HashAccumulator(int64_t most_products, int64_t cols)
      : cols_(cols), slots_(table_size(most_products, cols), Slot{0, kEmpty}) {
    used_.reserve(std::min(most_products, cols));
  }

  /// Starts a row with at most `products` products. Small rows use the front of the table, which
  /// stays in cache.
  void begin_row(int64_t products) {
    const uint64_t size = table_size(products, cols_);
    mask_ = static_cast<uint32_t>(size - 1);
    // Where every column has a slot of its own, it is the column's number. Elsewhere the high bits
    // of Fibonacci hashing (Knuth, TAOCP vol. 3, 6.4) spread the columns: power-law graphs crowd
    // the low numbers, where linear probing would run through long clusters.
    const bool direct = size >= static_cast<uint64_t>(cols_);
    factor_ = direct ? 1 : 0x9E3779B1u;
    shift_ = direct ? 0 : std::countl_zero(mask_);
  }

  void add(int32_t column, double product) {
    uint32_t place = (static_cast<uint32_t>(column) * factor_) >> shift_;
    while (slots_[place].column != column) {
      if (slots_[place].column == kEmpty) {
        slots_[place] = {product, column};
        used_.push_back(static_cast<uint64_t>(column) << 32 | place);
        return;
      }
      place = (place + 1) & mask_;
    }
    slots_[place].value += product;
  }

  /// Writes the row's entries and empties the table; returns their number.
  int64_t end_row(RowOrder order, int32_t* column, double* value) {
    if (order == RowOrder::Sorted) std::ranges::sort(used_);
    for (const uint64_t use : used_) {
      Slot& slot = slots_[static_cast<uint32_t>(use)];
      *column++ = slot.column;
      *value++ = slot.value;
      slot.column = kEmpty;
    }
    const auto entries = static_cast<int64_t>(used_.size());
    used_.clear();
    return entries;
  }

 private:
  struct Slot {
    double value;
    int32_t column;
  };
  static constexpr int32_t kEmpty = -1;

  /// A power of two, at least twice the entries that the row can have: at most half full, probes
  /// stay short.
  static uint64_t table_size(int64_t products, int64_t cols) {
    return std::bit_ceil(2 * static_cast<uint64_t>(std::max<int64_t>(1, std::min(products, cols))));
  }

  int64_t cols_;
  uint32_t mask_ = 0;
  uint32_t factor_ = 1;
  int shift_ = 0;
  std::vector<Slot> slots_;
  std::vector<uint64_t> used_;  // column << 32 | slot, in the order of first products
};

}  // namespace weft::native
