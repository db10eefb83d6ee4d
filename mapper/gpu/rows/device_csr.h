// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/tensor/csr.h"

namespace weft::mapper {

/// Gives out addresses of the card's memory.
class DeviceSpace {
 public:
  uint64_t allocate(int64_t bytes) {
    const uint64_t at = next_;
    next_ += (static_cast<uint64_t>(bytes) + kAlignment - 1) / kAlignment * kAlignment;
    return at;
  }

 private:
  static constexpr uint64_t kAlignment = 512;
  uint64_t next_ = kAlignment;
};

inline constexpr int64_t kIndexBytes = 4;  // of a column number and of a row pointer

/// A matrix by rows and where its arrays lie on the card.
struct DeviceCsr {
  const tensor::CsrMatrix* matrix = nullptr;
  uint64_t row_start = 0;
  uint64_t column = 0;
  uint64_t value = 0;
  int64_t value_bytes = 8;

  DeviceCsr() = default;
  DeviceCsr(const tensor::CsrMatrix& m, int64_t bytes_of_value, DeviceSpace& space)
      : matrix(&m),
        row_start(space.allocate((m.rows + 1) * kIndexBytes)),
        column(space.allocate(m.nnz() * kIndexBytes)),
        value(space.allocate(m.nnz() * bytes_of_value)),
        value_bytes(bytes_of_value) {}

  uint64_t row_at(int64_t row) const {
    return row_start + static_cast<uint64_t>(row * kIndexBytes);
  }
  uint64_t column_at(int64_t entry) const {
    return column + static_cast<uint64_t>(entry * kIndexBytes);
  }
  uint64_t value_at(int64_t entry) const {
    return value + static_cast<uint64_t>(entry * value_bytes);
  }
};

}  // namespace weft::mapper
