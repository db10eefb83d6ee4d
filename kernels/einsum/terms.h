// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/ir/kernel.h"

namespace weft::einsum {

/// A product of factors, the sign and numbers of which are in `coefficient`.
struct ProductTerm {
  double coefficient = 1;
  std::vector<const ir::Expression*> factors;   // accesses and index names
  std::vector<const ir::Expression*> divisors;  // anything; their stored positions do not count
};

/// The right side of a statement as a sum of products. Parameters become numbers. What is below the
/// pointers belongs to the statement.
std::vector<ProductTerm> expand(const ir::Kernel& kernel, const ir::Expression& value);

}  // namespace weft::einsum
