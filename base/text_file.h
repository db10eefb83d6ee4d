// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weft::base {

/// The largest document that is read; a configuration is never near it, a matrix given by mistake
/// is.
inline constexpr size_t kMaxTextBytes = size_t{16} << 20;

/// What reading a file gave: its text, or a problem in words ("a directory", "no such file or
/// directory").
struct TextFile {
  std::string text;
  std::string problem;
};

/// Reads a whole file of at most kMaxTextBytes. Never throws; a failure is told in `problem`.
TextFile read_text_file(const std::filesystem::path& path);

/// Opens a file of any size to read its bytes. UserError "FILE: cannot read: REASON"; a directory
/// is none.
std::ifstream open_bytes(const std::filesystem::path& path);

/// A byte sequence that is not printable UTF-8 text, and where it stands (columns count
/// characters).
struct TextDefect {
  Location where;
  std::string what;
};

/// The first byte of `text` that is no UTF-8 or a control character other than tab and line ends.
std::optional<TextDefect> find_text_defect(std::string_view text, const std::string& name);

/// The number of bytes of the UTF-8 sequence that starts `text`, or 0 where none does.
size_t utf8_length(std::string_view text);

}  // namespace weft::base
