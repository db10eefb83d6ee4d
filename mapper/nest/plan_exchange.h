// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// Part of the sixth pass: the tensor that `exchange` keeps in the registers of the threads which
/// compute it, from step to step of a recurrence.
///
/// Who makes and who reads each element follows from going through all points of one iteration of
/// the loops around the steps, as the threads will. What a step reads and its thread has not made
/// is swapped: by a shuffle, which reaches the lanes of a warp, or through the scratchpad or
/// memory, where threads meet between giving and taking. The first step takes all that it reads
/// from memory, the last leaves all results there.
///
/// Reports steps that no loop around them gives to a warp, a CTA or a core; more elements than
/// registers keep; shuffles between warps; elements that two threads make.
void plan_exchange(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics);

/// Whether `exchange` keeps the target of a statement so.
bool is_exchanged(const NestKernel& nest, const ir::Statement& statement);

/// Who works together on one iteration of the outermost `loops`: None is a thread alone.
program::Share workers_within(const NestStatementPlan& plan, size_t loops);

}  // namespace weft::mapper
