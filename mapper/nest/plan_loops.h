// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/einsum/index_form.h"
#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// First pass: the loops of a statement in the order of its schedule. Splits become loops with
/// weights, fused indices a loop over stretches of stored positions and the loops of the indices
/// within one, and an index that a format cuts (blocks of 16, groups of 4) is cut there too. The
/// outermost `plan.shared` loops are those of `first`. `names` receives the form of every index.
void plan_loops(NestKernel& nest, NestStatementPlan& plan, const NestStatementPlan* first,
                einsum::Names& names, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
