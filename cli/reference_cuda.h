// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/reference.h"
#include "kernels/ir/kernel.h"

namespace weft::cli {

/// What the build has for `--target cuda`, in words for `weft reference list`.
std::string cuda_target_text();

/// A reference run on this machine's first card: by cuBLAS or cuSPARSE, and where nvcc is at hand
/// by the kernel that `weft codegen` writes for the card's preset. UserError where the build has no
/// CUDA references, the machine no card, or the card too little memory.
nlohmann::ordered_json run_cuda_reference(const ReferenceRequest& request, ir::Kernel& kernel);

}  // namespace weft::cli
