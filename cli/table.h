// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::cli {

/// The side of its column that a text keeps to.
enum class Align { Left, Right };

/// How a cell stands out on a colour terminal.
enum class Emphasis { None, Good, Bad };

/// A table of text for the terminal: aligned columns, two blanks between them, a rule under the
/// headings.
class Table {
 public:
  struct Column {
    std::string heading;
    Align align = Align::Right;
  };
  struct Cell {
    // NOLINTNEXTLINE(google-explicit-constructor): rows are lists of texts
    Cell(std::string cell_text, Emphasis cell_emphasis = Emphasis::None)
        : text(std::move(cell_text)), emphasis(cell_emphasis) {}
    std::string text;
    Emphasis emphasis;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Precondition: one cell for each column.
  void add_row(std::vector<Cell> cells);

  const std::vector<Column>& columns() const { return columns_; }
  const std::vector<std::vector<Cell>>& rows() const { return rows_; }

  /// The lines of the table, each ended; no trailing blanks. Control characters in cells are shown
  /// as '?', since names come from files.
  std::string str(bool colour) const;

 private:
  std::vector<size_t> widths() const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace weft::cli
