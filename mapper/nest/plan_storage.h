// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// Fifth pass: where partial results of a statement meet. The document's `accum` says it; otherwise
/// an accumulator stands just outside the outermost loop that sums, in registers where it is a few
/// elements, in the scratchpad where it fits there beside those of the other threads.
void plan_accumulators(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics);

/// Sixth pass: the slices of operands that `hold` keeps near the threads, and intermediates that
/// `fuse_at` keeps there.
void plan_holds(NestKernel& nest, NestGroup& group, base::Diagnostics& diagnostics);

/// Part of it: the elements that registers keep for the steps of a pass of a recurrence (`radix`).
void plan_register_group(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics);

/// Reports what does not fit the scratchpad: by how much, and what takes the most.
void check_scratchpad(const NestKernel& nest, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
