// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "kernels/ir/kernel.h"
#include "mapper/compile/spgemm_plan.h"

namespace weft::mapper {

/// Reads `bind: place` of a sparse product into its plan. The kernel has no holes, and the plan has
/// its dataflow. Places that the fabric's compiler cannot give a tensor are reported with a way
/// out.
void read_places(const ir::Kernel& kernel, const FabricTarget& target, SpgemmPlan& plan,
                 base::Diagnostics& diagnostics);

}  // namespace weft::mapper
