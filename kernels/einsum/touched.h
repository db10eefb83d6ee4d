// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernels/einsum/operand.h"

namespace weft::einsum {

/// The elements of a full tensor, or the entries of a sparse one, that statements reach.
struct Touched {
  std::vector<bool> read;
  std::vector<bool> written;
};

/// What any way of running a kernel reads and writes at least once, by tensor: the elements at the
/// points where all sparse factors of a term are stored. `patterns` holds every tensor as it is
/// stored. Divisors and index arrays are read besides.
std::map<std::string, Touched> touched_elements(const ir::Kernel& kernel, const Operands& patterns);

}  // namespace weft::einsum
