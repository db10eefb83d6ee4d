// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/ir/kernel.h"

namespace weft::cli {

/// Gives a product of two sparse matrices whose document says nothing of its walk the schedule of
/// the library's `spgemm_row_hash`; other kernels are left as they are. Where loop nests follow
/// the levels of their tensors, the compilers of products need an accumulator named.
void use_usual_schedule(ir::Kernel& kernel, base::Diagnostics& diagnostics);

}  // namespace weft::cli
