// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/ir/kernel.h"
#include "sim/machine/machine_description.h"

namespace weft::cli {

/// The CUDA program of a kernel on a GPU; holes are filled by bounds. UserError for what cannot be
/// written.
std::string cuda_source_of(ir::Kernel& kernel, const machine::MachineDescription& machine);

}  // namespace weft::cli
