// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// Whether no two iterations of a loop write the same element of the target, whatever the other
/// loops do. Where steps of a recurrence differ in more than where they write, and are more than
/// kMostLookedAtSteps, that is not proven: false.
bool writes_apart(const NestKernel& nest, const NestStatementPlan& plan, size_t depth);

/// Whether threads may run the loops below the shared ones side by side although the statement
/// reads the tensor that it writes.
bool reads_apart(const NestKernel& nest, const NestStatementPlan& plan);

/// Reports parallel loops whose iterations would race.
void check_races(const NestKernel& nest, const NestStatementPlan& plan,
                 base::Diagnostics& diagnostics);

/// Reports loops that statements cannot share, because one iteration needs what another makes.
void check_group(const NestKernel& nest, const NestGroup& group, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
