// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/csv.h"
#include "base/error.h"

namespace weft::base {

/// A row of a table with its cells by column name, read as what they should be. What a cell is not
/// goes to the diagnostics as "file:line:col: column: expected X, found 'Y'", and a harmless value
/// takes its place, so that one pass finds every defect.
class CsvRow {
 public:
  CsvRow(const CsvTable& table, size_t row, Diagnostics& diagnostics)
      : table_(table), row_(row), diagnostics_(diagnostics) {}

  /// Whether the table has the column and this row's cell of it is not empty.
  bool has(std::string_view column) const;
  int line() const { return table_.rows()[row_].front().line; }

  /// The methods below read an absent column as an empty cell.
  std::string text(std::string_view column) const;
  double number(std::string_view column) const;           // finite
  double positive_number(std::string_view column) const;  // finite; 1 where it is not
  int64_t integer(std::string_view column, int64_t least, int64_t most) const;  // else `least`

  /// The value of the word that the cell has; a suggestion where it has none of them.
  template <class Value>
  Value choice(std::string_view column,
               const std::vector<std::pair<std::string, Value>>& words) const {
    std::vector<std::string> known;
    for (const auto& [word, value] : words) {
      if (word == text(column)) return value;
      known.push_back(word);
    }
    report_unknown(column, known);
    return {};
  }

  /// Reports "file:line:col: column: message".
  void report(std::string_view column, std::string_view message) const;
  /// Reports that the cell has none of the words.
  void report_unknown(std::string_view column, const std::vector<std::string>& words) const;

 private:
  const CsvCell* cell(std::string_view column) const;

  const CsvTable& table_;
  size_t row_;
  Diagnostics& diagnostics_;
};

}  // namespace weft::base
