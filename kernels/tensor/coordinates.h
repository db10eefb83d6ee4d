// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/tensor/csr.h"

namespace weft::tensor {

/// A sparse matrix as a list of entries in any order, with repetitions: what files and generators
/// produce. An empty `value` stands for ones.
struct Coordinates {
  int64_t rows = 0;
  int64_t cols = 0;
  std::vector<int32_t> row;     // [entries]
  std::vector<int32_t> column;  // [entries]
  std::vector<double> value;    // [entries], or empty

  int64_t entries() const { return static_cast<int64_t>(row.size()); }
};

/// What becomes of entries that share row and column.
enum class Duplicates {
  Sum,        ///< added in the order of the list
  KeepFirst,  ///< the first one stays
};

/// The matrix by rows, sorted and without duplicates, in O(entries + rows + columns). Consumes the
/// list, so that it is gone before rows out of order are sorted.
CsrMatrix csr_from_coordinates(Coordinates coordinates, Duplicates duplicates);

}  // namespace weft::tensor
