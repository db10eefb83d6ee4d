// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/ir/kernel.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// The comment that begins a generated file: the kernel, how to compile it for the machine, and the
/// whole mapping, which `weft simulate --mapping` reads back.
std::string file_head(const ir::Kernel& kernel, const machine::GpuDescription& gpu);

}  // namespace weft::mapper
