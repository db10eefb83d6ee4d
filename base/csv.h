// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weft::base {

/// A cell of a table and where it begins.
struct CsvCell {
  std::string text;  // without quotes, and without blanks around it where it had none
  int line = 0;
  int column = 0;  // in characters, from 1
};

/// A table of comma-separated values (RFC 4180) whose first line names its columns.
class CsvTable {
 public:
  CsvTable() = default;
  /// Precondition: every row has as many cells as there are names.
  CsvTable(std::string file, std::vector<CsvCell> names, std::vector<std::vector<CsvCell>> rows)
      : file_(std::move(file)), names_(std::move(names)), rows_(std::move(rows)) {}

  const std::string& file() const { return file_; }
  const std::vector<CsvCell>& names() const { return names_; }
  const std::vector<std::vector<CsvCell>>& rows() const { return rows_; }

  /// The place of a column in each row, by its name.
  std::optional<size_t> find(std::string_view name) const;

  /// Whether the table has all these columns; reports those that it lacks, with the nearest one
  /// that it has.
  bool require(std::span<const std::string> names, Diagnostics& diagnostics) const;

 private:
  std::string file_;
  std::vector<CsvCell> names_;
  std::vector<std::vector<CsvCell>> rows_;
};

/// Reads a table: quoted cells with doubled quotes and line ends inside, LF or CRLF, an optional
/// byte order mark; empty lines are skipped. Defects go to `diagnostics`: a file that cannot be
/// read, bytes that are no text, a column named twice, a row that is too long or too short, a quote
/// that does not end. The table then holds the rows that are whole.
CsvTable read_csv_file(const std::filesystem::path& file, Diagnostics& diagnostics);

/// The same for text at hand; `name` stands for the file in messages.
CsvTable read_csv_text(std::string_view text, const std::string& name, Diagnostics& diagnostics);

/// A cell as it must be written so that reading gives it back: in quotes where it needs them.
std::string csv_cell(std::string_view text);

}  // namespace weft::base
