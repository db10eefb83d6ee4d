// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "sim/memory/dram_config.h"

namespace weft::sim::testing {

inline std::filesystem::path preset_folder() {
  return std::filesystem::path(WEFT_SOURCE_DIR) / "configs" / "dram";
}

inline DramConfig preset(std::string_view name) {
  return load_dram_preset(name, preset_folder());
}

}  // namespace weft::sim::testing
