// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "cli/simulate.h"
#include "kernels/einsum/operand.h"

namespace weft::cli {

/// The tensors that a kernel needs from outside, and where each came from.
struct NestOperands {
  einsum::Operands values;
  std::map<std::string, std::string> sources;
};

/// Takes the operands of a request: matrices and generators, .npy files, what the document gives,
/// and random values for the rest. Sizes of the kernel follow from the shapes of what is given and
/// from `-p`. Throws UserError for defects of the inputs.
NestOperands load_nest_operands(ir::Kernel& kernel, const SimulateRequest& request);

}  // namespace weft::cli
