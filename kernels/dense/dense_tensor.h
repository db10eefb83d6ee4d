// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weft::dense {

/// All elements of a tensor in row-major order. Values are those of the tensor's dtype, which fp64
/// holds exactly.
struct DenseTensor {
  std::vector<int64_t> shape;
  std::vector<double> values;

  int64_t size() const {
    int64_t size = 1;
    for (const int64_t extent : shape) size *= extent;
    return size;
  }
};

/// The tensors of a kernel by name.
using TensorValues = std::map<std::string, DenseTensor>;

}  // namespace weft::dense
