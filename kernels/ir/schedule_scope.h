// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/ir/kernel.h"

namespace weft::ir {

/// Checks that every name in the schedule and in bind is one that can stand there: loops of the statement,
/// tensors that take part in it, statements, roles. Near misses are suggested.
void check_schedule_names(const Kernel& kernel, base::Diagnostics& diagnostics);

}  // namespace weft::ir
