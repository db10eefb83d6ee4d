// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "kernels/einsum/operand.h"

namespace weft::einsum {

/// Reports subscripts with gathers (`A[P[m]]`) that leave their tensors, naming the element of the
/// index array that does so; and index arrays that cannot be known before a run: sparse ones, those
/// that statements write, and values that are no integers. ir::check_sizes() looks at all other
/// subscripts. `values` holds the tensors that come from outside; index arrays that are not among
/// them are not looked at.
void check_gathers(const ir::Kernel& kernel, const Operands& values,
                   base::Diagnostics& diagnostics);

/// The same of index arrays that the document gives as constants, before there are operands.
void check_constant_gathers(const ir::Kernel& kernel, base::Diagnostics& diagnostics);

}  // namespace weft::einsum
