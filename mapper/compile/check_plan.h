// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/compile/spgemm_plan.h"

namespace weft::mapper {

/// Throws UserError with every word of the plan that its dataflow cannot follow.
void check_plan(const SpgemmPlan& plan);

}  // namespace weft::mapper
