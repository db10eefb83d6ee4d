// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace weft::mapper {

/// How long work takes whose units would each be done after `floors` (seconds or cycles; not
/// empty, the largest above 0). Units that are nearly as busy as the busiest make each other wait:
/// of two equal floors the result is a fifth above either (a norm of exponent 4, assumed).
inline double crowded(std::span<const double> floors) {
  constexpr double kExponent = 4;
  const double most = *std::max_element(floors.begin(), floors.end());
  double sum = 0;
  for (const double floor : floors) sum += std::pow(floor / most, kExponent);
  return most * std::pow(sum, 1 / kExponent);
}

}  // namespace weft::mapper
