// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/einsum/index_form.h"
#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// Second pass: for every tensor that a statement touches, the loop at which each of its levels is
/// known, and the value as steps in postfix order.
void plan_accesses(NestKernel& nest, NestStatementPlan& plan, einsum::Names& names,
                   base::Diagnostics& diagnostics);

/// Third pass: how each loop finds its iterations. A product needs the coordinates that all its
/// sparse factors store, a sum those that one of its terms stores: a loop walks one fiber, walks
/// several in step, or runs over the whole range. Levels that no loop walks are looked up.
void plan_meetings(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
