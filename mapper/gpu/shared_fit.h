// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/ir/kernel.h"
#include "mapper/gpu/statement_plan.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// Shared memory that one CTA may have: what the machine allows a block, or less by
/// `bind.limits.smem_per_cta`.
int64_t shared_limit(const ir::Kernel& kernel, const machine::GpuDescription& gpu);

/// Reports a group that needs more: by how much, and the cheapest change that makes it fit (fewer
/// buffers, then a smaller tile, then the way through DRAM).
void check_shared_memory(const ir::Kernel& kernel, const LaunchGroup& group,
                         const machine::GpuDescription& gpu, base::Diagnostics& diagnostics);

/// Reports a launch with more threads or registers than `bind.limits` allows.
void check_limits(const ir::Kernel& kernel, const LaunchGroup& group, const program::Launch& launch,
                  base::Diagnostics& diagnostics);

}  // namespace weft::mapper
