// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/tensor/verify.h"

namespace weft::native {

/// What an implementation promises about the columns within a row of its result.
enum class RowOrder { Unsorted, Sorted };

/// A product by rows as a native kernel leaves it. The arrays are not initialised when they are
/// allocated: clearing gigabytes that are overwritten at once would count against the kernel.
struct CpuProduct {
  int64_t rows = 0;
  int64_t cols = 0;
  std::vector<int64_t> row_start = {};     // [rows + 1]
  std::unique_ptr<int32_t[]> column = {};  // [nnz]
  std::unique_ptr<double[]> value = {};    // [nnz]
  RowOrder order = RowOrder::Unsorted;

  int64_t nnz() const { return row_start.empty() ? 0 : row_start.back(); }

  /// One row, in the form that verification asks for.
  tensor::ProductRow row(int64_t index) const {
    const auto begin = static_cast<size_t>(row_start[index]);
    const auto length = static_cast<size_t>(row_start[index + 1]) - begin;
    return {{column.get() + begin, length}, {value.get() + begin, length}};
  }
};

}  // namespace weft::native
