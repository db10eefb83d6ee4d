// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/random.h"

namespace weft::tensor {

/// Brings `items` into an order of which all are equally likely (Fisher and Yates).
template <typename T>
void shuffle(std::vector<T>& items, base::Xoshiro256& random) {
  for (size_t left = items.size(); left > 1; --left)
    std::swap(items[left - 1], items[random.below(left)]);
}

}  // namespace weft::tensor
