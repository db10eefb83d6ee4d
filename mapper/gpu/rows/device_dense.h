// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "mapper/gpu/rows/device_csr.h"

namespace weft::mapper {

inline constexpr int64_t kFloatBytes = 4;

/// A dense fp32 matrix by rows and where it lies on the card; a vector is one column.
struct DeviceDense {
  std::span<const float> value;  // [rows * cols]
  int64_t cols = 1;
  uint64_t at = 0;

  DeviceDense() = default;
  DeviceDense(std::span<const float> values, int64_t columns, DeviceSpace& space)
      : value(values),
        cols(columns),
        at(space.allocate(static_cast<int64_t>(values.size()) * kFloatBytes)) {}

  uint64_t at_entry(int64_t row, int64_t col) const {
    return at + static_cast<uint64_t>((row * cols + col) * kFloatBytes);
  }
  const float* entry(int64_t row, int64_t col) const {
    return value.data() + static_cast<size_t>(row * cols + col);
  }
};

}  // namespace weft::mapper
