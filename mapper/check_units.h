// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "mapper/compile/spgemm_plan.h"

namespace weft::mapper {

/// Reports every word of a plan that needs a unit which the machine lacks.
void check_units(const SpgemmPlan& plan, const FabricTarget& target,
                 base::Diagnostics& diagnostics);

}  // namespace weft::mapper
