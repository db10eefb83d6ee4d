// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace weft::cli {

/// A Markdown page about the machine documents in `folder` and its subfolders: what every
/// parameter means, and of each document the values that it writes itself, with their units and
/// the comments that say where they come from. UserError with every defect of a document's form.
std::string machine_parameter_page(const std::filesystem::path& folder);

}  // namespace weft::cli
