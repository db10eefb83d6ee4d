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

/// `items` with a random share 1 - `kept` of them exchanged among themselves.
template <typename T>
std::vector<T> partly_shuffled(std::vector<T> items, double kept, base::Xoshiro256& random) {
  std::vector<size_t> exchanged;
  for (size_t place = 0; place < items.size(); ++place) {
    if (random.uniform() >= kept) exchanged.push_back(place);
  }
  std::vector<T> moved;
  moved.reserve(exchanged.size());
  for (const size_t place : exchanged) moved.push_back(items[place]);
  shuffle(moved, random);
  for (size_t i = 0; i < exchanged.size(); ++i) items[exchanged[i]] = moved[i];
  return items;
}

}  // namespace weft::tensor
