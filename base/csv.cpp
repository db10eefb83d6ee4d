// SPDX-License-Identifier: Apache-2.0
#include "base/csv.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text_file.h"

namespace weft::base {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Cuts text into records of cells, and knows at every character where it is.
class CsvScanner {
 public:
  CsvScanner(std::string_view text, const std::string& file, Diagnostics& diagnostics)
      : text_(text), file_(file), diagnostics_(diagnostics) {}

  bool done() const { return at_ == text_.size(); }

  /// The cells up to the end of the line; one empty cell for an empty line.
  std::vector<CsvCell> record() {
    std::vector<CsvCell> cells;
    do {
      cells.push_back(cell());
    } while (take(','));
    if (!done()) take_line_end();
    return cells;
  }

 private:
  CsvCell cell() {
    while (!done() && (peek() == ' ' || peek() == '\t')) next();
    CsvCell cell{{}, line_, column_};
    if (!done() && peek() == '"') {
      cell.text = quoted();
      const std::string_view rest = plain();
      if (!trimmed(rest).empty()) {
        diagnostics_.error(
            {file_, cell.line, cell.column},
            fmt::format("expected a comma after the closing quote, found '{}'", trimmed(rest)));
      }
    } else {
      cell.text = trimmed(plain());
    }
    return cell;
  }

  std::string_view plain() {
    const size_t begin = at_;
    while (!done() && peek() != ',' && !at_line_end()) next();
    return text_.substr(begin, at_ - begin);
  }

  /// Precondition: at the opening quote.
  std::string quoted() {
    const Location begin{file_, line_, column_};
    std::string text;
    next();
    while (!done()) {
      const char c = peek();
      next();
      if (c != '"') {
        text += c;
      } else if (!take('"')) {
        return text;
      } else {
        text += '"';
      }
    }
    diagnostics_.error(begin, "expected a closing quote, found the end of the file");
    return text;
  }

  bool at_line_end() const { return peek() == '\n' || text_.substr(at_).starts_with("\r\n"); }
  void take_line_end() {
    take('\r');
    take('\n');
  }
  char peek() const { return text_[at_]; }
  bool take(char wanted) {
    if (done() || peek() != wanted) return false;
    next();
    return true;
  }
  void next() {
    const bool continues = (static_cast<unsigned char>(peek()) & 0xC0U) == 0x80U;
    if (!continues) ++column_;
    if (peek() == '\n') {
      ++line_;
      column_ = 1;
    }
    ++at_;
  }

  std::string_view text_;
  const std::string& file_;
  Diagnostics& diagnostics_;
  size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
};

void refuse_repeated_names(const std::vector<CsvCell>& names, const std::string& file,
                           Diagnostics& diagnostics) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    const auto first = std::find_if(
        names.begin(), name, [name](const CsvCell& earlier) { return earlier.text == name->text; });
    if (first != name) {
      diagnostics.error({file, name->line, name->column},
                        fmt::format("column '{}' is named twice", name->text));
    }
  }
}

std::vector<std::string> texts_of(const std::vector<CsvCell>& cells) {
  std::vector<std::string> texts;
  texts.reserve(cells.size());
  for (const CsvCell& cell : cells) texts.push_back(cell.text);
  return texts;
}

}  // namespace

std::optional<size_t> CsvTable::find(std::string_view name) const {
  const auto found = std::find_if(names_.begin(), names_.end(),
                                  [name](const CsvCell& cell) { return cell.text == name; });
  if (found == names_.end()) return std::nullopt;
  return static_cast<size_t>(found - names_.begin());
}

bool CsvTable::require(std::span<const std::string> names, Diagnostics& diagnostics) const {
  bool complete = true;
  for (const std::string& name : names) {
    if (find(name)) continue;
    complete = false;
    diagnostics.error({file_, 1, 1}, fmt::format("missing column '{}'{}", name,
                                                 did_you_mean(name, texts_of(names_))));
  }
  return complete;
}

CsvTable read_csv_text(std::string_view text, const std::string& name, Diagnostics& diagnostics) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const std::optional<TextDefect> defect = find_text_defect(text, name)) {
    diagnostics.error(defect->where, fmt::format("expected text, found {}", defect->what));
    return {};
  }
  CsvScanner scanner(text, name, diagnostics);
  std::vector<CsvCell> names;
  std::vector<std::vector<CsvCell>> rows;
  while (!scanner.done()) {
    std::vector<CsvCell> cells = scanner.record();
    if (cells.size() == 1 && cells.front().text.empty()) continue;
    if (names.empty()) {
      names = std::move(cells);
    } else if (cells.size() != names.size()) {
      diagnostics.error({name, cells.front().line, 1},
                        fmt::format("expected {} cells, found {}", names.size(), cells.size()));
    } else {
      rows.push_back(std::move(cells));
    }
  }
  if (names.empty())
    diagnostics.error({name, 1, 1}, "expected a line with names of columns, found nothing");
  refuse_repeated_names(names, name, diagnostics);
  return {name, std::move(names), std::move(rows)};
}

CsvTable read_csv_file(const std::filesystem::path& file, Diagnostics& diagnostics) {
  const TextFile source = read_text_file(file);
  if (source.problem.empty()) return read_csv_text(source.text, file.string(), diagnostics);
  diagnostics.error({file.string()}, fmt::format("expected a table, found {}", source.problem));
  return {};
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos && trimmed(text) == text)
    return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace weft::base
