// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace weft::mapper {

/// The text of a header with the project's own headers in the place of the lines that include them,
/// each once, and the system's before all. Licence lines and `#pragma once` go. UserError for a
/// file that cannot be read.
std::string inline_headers(const std::filesystem::path& sources, const std::string& header);

}  // namespace weft::mapper
