// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace weft::testing_support {

/// A file of the optional local data, or nothing where it is absent; a test then skips and says so.
/// WEFT_LOCAL_DATA names the folder, else it is the source folder's neighbour `shared`.
inline std::optional<std::filesystem::path> local_data(const std::filesystem::path& file) {
  const char* folder = std::getenv("WEFT_LOCAL_DATA");
  const std::filesystem::path root =
      folder != nullptr ? folder : std::filesystem::path(WEFT_SOURCE_DIR) / ".." / "shared";
  if (!std::filesystem::exists(root / file)) return std::nullopt;
  return root / file;
}

}  // namespace weft::testing_support
