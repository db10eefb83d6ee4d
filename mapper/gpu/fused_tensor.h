// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/ir/kernel.h"
#include "mapper/gpu/statement_plan.h"

namespace weft::mapper {

/// Whether `fuse_at` keeps a tensor in shared memory or registers. Precondition: the choice is
/// made.
bool stays_on_sm(const ir::Kernel& kernel, const std::string& tensor);

/// Finds what the tensors that stay between the statements of a group take: the slice of one
/// iteration of their `loop`, in shared memory or spread over the registers of all threads.
void keep_tensors(const ir::Kernel& kernel, LaunchGroup& group, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
