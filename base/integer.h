// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::base {

/// The quotient rounded down, also of negative numbers. Precondition: b > 0.
inline int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace weft::base
