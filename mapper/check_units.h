// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "kernels/ir/kernel.h"
#include "mapper/compile/spgemm_plan.h"

namespace weft::mapper {

/// Reports every word of a kernel that needs a unit which the machine lacks, and every placement
/// that its memory does not follow.
void check_units(const ir::Kernel& kernel, const SpgemmPlan& plan, const FabricTarget& target,
                 base::Diagnostics& diagnostics);

}  // namespace weft::mapper
