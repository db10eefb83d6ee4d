// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/hash_table.h"

#include <algorithm>

namespace weft::mapper {

void HashTable::reset(uint32_t tables, uint32_t slots) {
  slots_ = slots;
  const size_t all = static_cast<size_t>(tables) * slots;
  if (tags_.size() < all) {
    tags_.resize(all);
    values_.resize(all);
  }
  std::fill_n(tags_.begin(), all, kEmpty);
  std::fill_n(values_.begin(), all, 0.0);
}

}  // namespace weft::mapper
