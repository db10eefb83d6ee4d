// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "kernels/dense/dense_tensor.h"

namespace weft::dense {

/// A tensor with at most two nonzeros in every four neighbours of its last dim, as 2:4 hardware
/// stores it: two values and their positions, 0 to 3, for each group.
struct Structured24 {
  std::vector<int64_t> shape;      // of the tensor
  std::vector<double> values;      // [row][group][2]
  std::vector<uint8_t> positions;  // [row][group][2], rising
};

/// Keeps two of every four, at places that the generator draws, and makes the others 0.
void prune24(DenseTensor& tensor, base::Xoshiro256& random);

/// The stored form. Precondition: find_dense_group() finds none.
Structured24 compress24(const DenseTensor& tensor);

/// The first element of a group with more than two nonzeros, in row-major order.
std::optional<int64_t> find_dense_group(const DenseTensor& tensor);

}  // namespace weft::dense
