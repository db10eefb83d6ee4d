// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/ir/kernel.h"

namespace weft::dense {

/// Where an access with affine subscripts finds its element in a row-major tensor: at `base` plus
/// each index times its stride.
struct LinearAccess {
  int64_t base = 0;
  std::vector<int64_t> strides;  // [index], in the order asked for; 0: not in the subscripts
};

/// The strides of `access` for these indices. Precondition: its subscripts are affine in them, and
/// extents are known.
LinearAccess linear_access(const ir::Kernel& kernel, const ir::Expression& access,
                           const std::vector<std::string>& indices);

}  // namespace weft::dense
