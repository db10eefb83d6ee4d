// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

namespace weft::machine {

/// Where the machines of the product lie.
inline const std::vector<std::filesystem::path> kDirectories = {WEFT_MACHINES};

}  // namespace weft::machine
