// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace weft::cli {

/// The whole of a file. UserError "FILE: ..." where it cannot be read.
std::string read_text(const std::filesystem::path& file);

/// A JSON document from a file. UserError "FILE:line:col: ..." at the first syntax error.
nlohmann::ordered_json read_json(const std::filesystem::path& file);

/// Writes a file as a whole or not at all: to a temporary file beside it, which is then renamed.
/// Creates the folder where it is missing; "-" is the standard output. UserError names the cause
/// (full disk, read-only folder).
void write_text(const std::filesystem::path& file, std::string_view text);

/// A document as text; bytes that are no UTF-8, which only a command line can bring in, become
/// U+FFFD.
std::string json_text(const nlohmann::ordered_json& document, int indent);

/// A number, or null where it is undefined or infinite, which JSON cannot say.
nlohmann::ordered_json number_or_null(double value);

/// A count in JSON: a whole number as long as there is one of this size.
nlohmann::ordered_json count_json(double count);

/// Writes a document as write_text does.
void write_json(const std::filesystem::path& file, const nlohmann::ordered_json& document);

/// The folder that holds `configs/` and `kernels/library/`: from the environment variable
/// WEFT_ROOT, else the nearest one above the executable, as it is or as installed in `share/weft`.
/// UserError where there is none.
std::filesystem::path source_root();

/// The names (file stems, sorted) of the YAML documents in `folder`; none where it does not exist.
std::vector<std::string> yaml_stems(const std::filesystem::path& folder);

}  // namespace weft::cli
