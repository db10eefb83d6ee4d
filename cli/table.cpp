// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <algorithm>

#include "base/error.h"
#include "cli/text.h"

namespace weft::cli {

namespace {

constexpr std::string_view kGap = "  ";

std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return text;
}

std::string_view colour_code(Emphasis emphasis) {
  switch (emphasis) {
    case Emphasis::Good:
      return "\x1b[32m";
    case Emphasis::Bad:
      return "\x1b[31m";
    case Emphasis::None:
      break;
  }
  return {};
}

std::string coloured(const Table::Cell& cell, bool colour) {
  const std::string_view code = colour ? colour_code(cell.emphasis) : std::string_view{};
  return code.empty() ? cell.text : std::string(code) + cell.text + "\x1b[0m";
}

void end_line(std::string& out) {
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
}

}  // namespace

void Table::add_row(std::vector<Cell> cells) {
  WEFT_CHECK(cells.size() == columns_.size(), "a table row with a wrong number of cells");
  for (Cell& cell : cells) cell.text = printable(std::move(cell.text));
  rows_.push_back(std::move(cells));
}

std::vector<size_t> Table::widths() const {
  std::vector<size_t> width(columns_.size());
  for (size_t c = 0; c < columns_.size(); ++c) {
    width[c] = display_width(columns_[c].heading);
    for (const auto& row : rows_) width[c] = std::max(width[c], display_width(row[c].text));
  }
  return width;
}

std::string Table::str(bool colour) const {
  const std::vector<size_t> width = widths();
  std::string out;
  const auto put = [&](size_t c, const std::string& text, size_t text_width) {
    const std::string padding(width[c] - text_width, ' ');
    if (c > 0) out += kGap;
    out += columns_[c].align == Align::Left ? text + padding : padding + text;
  };
  for (size_t c = 0; c < columns_.size(); ++c)
    put(c, columns_[c].heading, display_width(columns_[c].heading));
  end_line(out);
  for (size_t c = 0; c < columns_.size(); ++c) put(c, std::string(width[c], '-'), width[c]);
  end_line(out);
  for (const auto& row : rows_) {
    for (size_t c = 0; c < columns_.size(); ++c)
      put(c, coloured(row[c], colour), display_width(row[c].text));
    end_line(out);
  }
  return out;
}

}  // namespace weft::cli
