// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/matrix_market_header.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace weft::tensor {

namespace {

using Header = MatrixMarketHeader;
using Words = std::vector<std::string>;

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

/// A header line that is read word by word and records every defect with its column.
class HeaderLine {
 public:
  HeaderLine(LineScanner line, const base::Location& where, base::Diagnostics& diagnostics)
      : line_(line),
        where_(where),
        diagnostics_(diagnostics),
        defects_before_(diagnostics.messages().size()) {}

  bool sound() const { return diagnostics_.messages().size() == defects_before_; }
  void error(std::string_view message) { diagnostics_.error(where_, message); }

  /// The place of the next word among `words`, or 0 after recording that it is none of them.
  /// `unsupported` holds words of the standard that Weft does not read.
  size_t choose(const Words& words, const Words& unsupported) {
    const std::string word = lower_case(LineScanner(line_).word());
    const auto match = std::find(words.begin(), words.end(), word);
    if (match == words.end()) {
      const bool known =
          std::find(unsupported.begin(), unsupported.end(), word) != unsupported.end();
      error_at_word(fmt::format("'{}'", fmt::join(words, "', '")),
                    known ? " (not supported)" : base::did_you_mean(word, words));
    }
    line_.word();
    return match == words.end() ? 0 : static_cast<size_t>(match - words.begin());
  }

  /// The next word as a number of `what`, or `least` after recording that it is none in range.
  int64_t size(std::string_view what, int64_t least, int64_t most) {
    int64_t number = 0;
    const bool fits = LineScanner(line_).natural(number) && number >= least && number <= most;
    if (!fits) error_at_word(fmt::format("a number of {} in [{}, {}]", what, least, most), "");
    line_.word();
    return fits ? number : least;
  }

  /// Records what is left over, unless the line is known to be wrong.
  void finish() {
    if (sound() && !line_.at_end()) error_at_word("the end of the line", "");
  }

 private:
  void error_at_word(std::string_view expected, std::string_view remark) {
    base::Location place = where_;
    place.column = line_.column();
    diagnostics_.error(place, fmt::format("expected {}, found {}{}", expected,
                                          line_.next_word_for_message(), remark));
  }

  LineScanner line_;
  base::Location where_;
  base::Diagnostics& diagnostics_;
  size_t defects_before_;
};

int64_t array_entries(const Header& header) {
  switch (header.symmetry) {
    case Header::Symmetry::Symmetric:
      return header.rows * (header.rows + 1) / 2;
    case Header::Symmetry::SkewSymmetric:
      return header.rows * (header.rows - 1) / 2;
    case Header::Symmetry::General:
      break;
  }
  return header.rows * header.cols;
}

}  // namespace

void read_banner(LineScanner scanner, const base::Location& where, Header& header,
                 base::Diagnostics& diagnostics) {
  HeaderLine line(scanner, where, diagnostics);
  const std::string found = scanner.next_word_for_message();
  if (lower_case(scanner.word()) != "%%matrixmarket") {
    line.error("expected a banner like '%%MatrixMarket matrix coordinate real general', found " +
               found);
    return;
  }
  line.choose({"%%matrixmarket"}, {});
  line.choose({"matrix"}, {"vector"});
  header.format = static_cast<Header::Format>(line.choose({"coordinate", "array"}, {}));
  header.field =
      static_cast<Header::Field>(line.choose({"real", "integer", "pattern"}, {"complex"}));
  header.symmetry = static_cast<Header::Symmetry>(
      line.choose({"general", "symmetric", "skew-symmetric"}, {"hermitian"}));
  line.finish();
  if (header.field != Header::Field::Pattern) return;
  if (header.format == Header::Format::Array) {
    line.error("expected real or integer values in array format, found 'pattern'");
  }
  if (header.symmetry == Header::Symmetry::SkewSymmetric) {
    line.error("expected real or integer values in a skew-symmetric matrix, found 'pattern'");
  }
}

void read_sizes(LineScanner scanner, const base::Location& where, Header& header,
                base::Diagnostics& diagnostics) {
  constexpr int64_t kMostRows =
      std::numeric_limits<int32_t>::max();  // indices in memory have 32 bits
  constexpr int64_t kMostEntries = std::numeric_limits<int64_t>::max();
  HeaderLine line(scanner, where, diagnostics);
  header.rows = line.size("rows", 1, kMostRows);
  header.cols = line.size("columns", 1, kMostRows);
  header.entries = header.format == Header::Format::Coordinate
                       ? line.size("entries", 0, kMostEntries)
                       : array_entries(header);
  line.finish();
  if (line.sound() && header.symmetry != Header::Symmetry::General && header.rows != header.cols) {
    line.error(fmt::format("expected a square matrix where storage is not general, found {} x {}",
                           header.rows, header.cols));
  }
}

}  // namespace weft::tensor
