// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidcheck.h>

#include "kernels/tensor/coordinates.h"

namespace weft::tests {

/// A list of up to 2 x size entries at any places of a small matrix, with repetitions and whole
/// values, so that sums are exact in any order and often cancel.
inline tensor::Coordinates arbitrary_list(int64_t rows, int64_t cols) {
  const auto count = static_cast<size_t>(*rc::gen::inRange<int64_t>(0, 2 * (rows + cols)));
  tensor::Coordinates list{.rows = rows, .cols = cols, .row = {}, .column = {}, .value = {}};
  list.row = *rc::gen::container<std::vector<int32_t>>(
      count, rc::gen::inRange(0, static_cast<int32_t>(rows)));
  list.column = *rc::gen::container<std::vector<int32_t>>(
      count, rc::gen::inRange(0, static_cast<int32_t>(cols)));
  for (const int value : *rc::gen::container<std::vector<int>>(count, rc::gen::inRange(-3, 4))) {
    list.value.push_back(value);
  }
  return list;
}

inline int64_t arbitrary_size() {
  return *rc::gen::inRange<int64_t>(1, 24);
}

}  // namespace weft::tests
