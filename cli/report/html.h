// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cli/table.h"

namespace weft::cli::report {

/// Text for element content and quoted attributes. Everything that comes from a file goes through
/// here. Control characters, which HTML does not allow, become U+FFFD.
std::string escape(std::string_view text);

/// As `escape`, for content alone: a narrow window may break a long name where a part of it begins
/// ("spgemm_" "row_" "hash") and not within a part.
std::string breakable(std::string_view text);

/// "<tag attributes>content</tag>"; the content is HTML already.
std::string element(std::string_view tag, std::string_view attributes, std::string_view content);

/// A table whose numbers are right-aligned as on the terminal. In a narrow window each row of a
/// table of more than three columns becomes a block with the headings beside its cells.
std::string html_table(const Table& table, std::string_view caption);

/// A block that a click opens.
std::string folded(std::string_view summary, std::string_view content);

/// A whole page that needs no other file and no network.
std::string html_page(std::string_view title, std::string_view body);

}  // namespace weft::cli::report
