// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/ir/kernel.h"

namespace weft::mapper {

/// The indices of a butterfly step by their part in a subscript, (high*base+digit)*base**step +
/// low.
struct Butterfly {
  size_t dim = 0;  // of the tensor
  int64_t base = 2;
  std::string high;
  std::string low;
};

/// What a statement of a recurrence over `step` is as a butterfly; `why` says what is missing where
/// it is none. Subscripts are affine in their indices for every step, so that their coefficients
/// and the extents of the indices decide: they must be the digits of a number, and target and
/// operand differ in the index of digit `step` alone.
std::optional<Butterfly> find_butterfly(const ir::Kernel& kernel, const ir::Statement& statement,
                                        const std::string& step, std::string& why);

}  // namespace weft::mapper
