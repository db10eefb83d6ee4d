// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::mapper {

/// Bytes from which every array and slice of a nest begins.
inline constexpr uint64_t kAlignment = 64;

/// The least multiple of `to` that is not below `value`.
inline uint64_t align_up(uint64_t value, uint64_t to) {
  return (value + to - 1) / to * to;
}

}  // namespace weft::mapper
