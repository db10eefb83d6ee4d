// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "kernels/dense/dense_tensor.h"

namespace weft::structure {

/// Reads one tensor of a safetensors file, of type F64, F32, F16 or BF16; with an empty name the
/// only one that there is. The header's offsets are checked against the file before anything is
/// read. UserError "FILE: tensor NAME: expected X, found Y" for anything else, NaN and infinity
/// included.
dense::DenseTensor read_safetensors(const std::filesystem::path& file, const std::string& tensor);

}  // namespace weft::structure
