// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "kernels/ir/kernel.h"
#include "mapper/gpu/rows/spgemm_rows.h"

namespace weft::mapper {

/// Reads the schedule of Z[m,n] += A[m,k] * B[k,n], walked row by row, into a plan for an SM array.
/// A scratchpad is shared memory there, threads are CTAs or parts of one, and what the document
/// moves by an engine that GPUs lack is loaded. Holes take what fits: the largest table that needs
/// no more shared memory than a block gets without asking. What the machine cannot do is reported
/// with its line; the plan is then not to be used.
RowSpgemmPlan lower_row_spgemm(const ir::Kernel& kernel, const machine::GpuDescription& gpu,
                               base::Diagnostics& diagnostics);

/// Fills the holes of such a kernel with what lower_row_spgemm() takes for them.
void fill_row_spgemm(ir::Kernel& kernel, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
