// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::mapper {

/// Threads of a warp.
inline constexpr int64_t kLanes = 32;

/// Registers that a thread may have (CUDA C++ Programming Guide, compute capabilities).
inline constexpr int kMostRegisters = 255;

/// How many pieces of `size` cover `total`.
inline int64_t ceil_div(int64_t total, int64_t size) {
  return (total + size - 1) / size;
}

}  // namespace weft::mapper
