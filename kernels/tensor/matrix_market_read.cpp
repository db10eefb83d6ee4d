// SPDX-License-Identifier: Apache-2.0

// The file passes through once, block by block. Each line of data becomes one entry of a coordinate
// list (two where symmetric storage is expanded), and a counting sort turns the list into rows. The
// usual line costs no search, no copy and no allocation: the scanner runs over the digits to the
// newline that every block ends in. Everything slow is in the paths that end in a message.
#include <algorithm>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/tensor/coordinates.h"
#include "kernels/tensor/line_scanner.h"
#include "kernels/tensor/matrix_market.h"
#include "kernels/tensor/matrix_market_header.h"
#include "kernels/tensor/memory_limit.h"
#include "kernels/tensor/text_blocks.h"

namespace weft::tensor {

namespace {

using Header = MatrixMarketHeader;

constexpr size_t kMostDefects = 10;

class MatrixMarketReader {
 public:
  explicit MatrixMarketReader(const std::filesystem::path& path)
      : name_(path.string()), blocks_(path) {}

  CsrMatrix read() {
    read_header();
    diagnostics_.throw_if_any();
    reserve();
    while (diagnostics_.messages().size() < kMostDefects && more_lines() && read_data_line()) {
    }
    if (diagnostics_.empty()) check_end();
    diagnostics_.throw_if_any();
    return csr_from_coordinates(std::move(list_), Duplicates::Sum);
  }

 private:
  bool more_lines() {
    if (at_ != block_end_) return true;
    const std::string_view block = blocks_.next();
    at_ = block.data();
    block_end_ = at_ + block.size();
    return !block.empty();
  }

  void skip_rest_of_line(const char* from) {
    at_ =
        static_cast<const char*>(std::memchr(from, '\n', static_cast<size_t>(block_end_ - from))) +
        1;
  }

  base::Location here(int column) const {
    const int64_t line = std::clamp<int64_t>(line_, 1, std::numeric_limits<int>::max());
    return {name_, static_cast<int>(line), column};
  }

  void expected(LineScanner& scanner, std::string_view what, std::string_view remark = "") {
    const base::Location place = here(scanner.column());
    diagnostics_.error(place, fmt::format("expected {}, found {}{}", what,
                                          scanner.next_word_for_message(), remark));
  }

  void read_header() {
    if (!more_lines()) {
      const bool cut = !blocks_.defect().empty();
      diagnostics_.error(
          here(1), cut ? blocks_.defect() : "expected a Matrix Market banner, found an empty file");
      return;
    }
    line_ = 1;
    read_banner(LineScanner(at_), here(1), header_, diagnostics_);
    if (!diagnostics_.empty()) return;
    skip_rest_of_line(at_);
    for (; more_lines(); skip_rest_of_line(at_)) {
      ++line_;
      if (is_comment_or_blank(LineScanner(at_))) continue;
      read_sizes(LineScanner(at_), here(1), header_, diagnostics_);
      skip_rest_of_line(at_);
      return;
    }
    const bool cut = !blocks_.defect().empty();
    diagnostics_.error(here(1),
                       cut ? blocks_.defect() : "expected a line of sizes, the file ends here");
  }

  static bool is_comment_or_blank(LineScanner scanner) {
    return scanner.at_end() || *scanner.position() == '%';
  }

  /// Takes the header's word only as far as the file could hold it: four bytes are the shortest
  /// line of data in coordinate format, two in array format.
  void reserve() {
    const int64_t shortest_line = header_.format == Header::Format::Array ? 2 : 4;
    const int64_t possible =
        std::min(header_.entries, blocks_.estimated_text_bytes() / shortest_line + 1);
    const int64_t copies = header_.symmetry == Header::Symmetry::General ? 1 : 2;
    refuse_if_too_large(possible * copies);
    list_.rows = header_.rows;
    list_.cols = header_.cols;
    array_row_ = skipped_diagonal();
    list_.row.reserve(possible * copies);
    list_.column.reserve(possible * copies);
    if (header_.field != Header::Field::Pattern) list_.value.reserve(possible * copies);
  }

  void refuse_if_too_large(int64_t entries) {
    const std::string reason = why_too_large(header_.rows, header_.cols, entries);
    if (!reason.empty()) diagnostics_.error(here(1), reason);
    diagnostics_.throw_if_any();
  }

  /// False where there is no point in reading on.
  bool read_data_line() {
    ++line_;
    LineScanner scanner(at_);
    if (is_comment_or_blank(scanner)) {
      skip_rest_of_line(at_);
      return true;
    }
    if (entries_ == header_.entries) {
      expected(scanner, fmt::format("the end of the file after {} entries", header_.entries));
      return false;
    }
    ++entries_;
    const bool sound = header_.format == Header::Format::Array ? read_array_entry(scanner)
                                                               : read_coordinate_entry(scanner);
    if (sound && !scanner.at_end()) {
      const bool pattern = header_.field == Header::Field::Pattern;
      expected(scanner, "the end of the line", pattern ? " (a pattern matrix has no values)" : "");
    }
    skip_rest_of_line(scanner.position());
    return true;
  }

  bool read_coordinate_entry(LineScanner& scanner) {
    int64_t row = 0;
    int64_t column = 0;
    double value = 1;
    LineScanner at_row = scanner;
    if (!scanner.natural(row) || row < 1 || row > header_.rows) {
      return refuse_index(at_row, "row", header_.rows);
    }
    LineScanner at_column = scanner;
    if (!scanner.natural(column) || column < 1 || column > header_.cols) {
      return refuse_index(at_column, "column", header_.cols);
    }
    if (header_.field != Header::Field::Pattern && !read_value(scanner, value)) return false;
    return add(static_cast<int32_t>(row - 1), static_cast<int32_t>(column - 1), value);
  }

  bool refuse_index(LineScanner& scanner, std::string_view what, int64_t most) {
    int64_t number = 1;
    const bool zero = LineScanner(scanner).natural(number) && number == 0;
    expected(scanner, fmt::format("a {} index in [1, {}]", what, most),
             zero ? " (indices count from 1)" : "");
    return false;
  }

  bool read_array_entry(LineScanner& scanner) {
    double value = 0;
    const int64_t row = array_row_;
    const int64_t column = array_column_;
    if (++array_row_ == header_.rows) {
      ++array_column_;
      array_row_ =
          header_.symmetry == Header::Symmetry::General ? 0 : array_column_ + skipped_diagonal();
    }
    if (!read_value(scanner, value)) return false;
    return add(static_cast<int32_t>(row), static_cast<int32_t>(column), value);
  }

  int64_t skipped_diagonal() const {
    return header_.symmetry == Header::Symmetry::SkewSymmetric ? 1 : 0;
  }

  bool read_value(LineScanner& scanner, double& value) {
    if (header_.field == Header::Field::Integer) {
      int64_t whole = 0;
      if (scanner.integer(whole)) {
        value = static_cast<double>(whole);
        return true;
      }
      expected(scanner, "an integer of 64 bits");
      return false;
    }
    if (scanner.real(value)) return true;
    expected(scanner, "a finite number");
    return false;
  }

  bool add(int32_t row, int32_t column, double value) {
    push(row, column, value);
    if (header_.symmetry == Header::Symmetry::General) return true;
    if (row == column) {
      if (header_.symmetry == Header::Symmetry::Symmetric) return true;
      diagnostics_.error(here(1),
                         "expected no entry on the diagonal of a skew-symmetric matrix, found one");
      return false;
    }
    (row > column ? seen_below_ : seen_above_) = true;
    if (seen_below_ && seen_above_) {
      diagnostics_.error(
          here(1),
          fmt::format("expected one triangle of a matrix that is not general, found row {}, "
                      "column {} {} the diagonal after entries on the other side",
                      row + 1, column + 1, row > column ? "below" : "above"));
      return false;
    }
    push(column, row, header_.symmetry == Header::Symmetry::SkewSymmetric ? -value : value);
    return true;
  }

  void push(int32_t row, int32_t column, double value) {
    list_.row.push_back(row);
    list_.column.push_back(column);
    if (header_.field != Header::Field::Pattern) list_.value.push_back(value);
  }

  void check_end() {
    if (!blocks_.defect().empty()) {
      diagnostics_.error(here(1), fmt::format("{} after {} of {} entries", blocks_.defect(),
                                              entries_, header_.entries));
    } else if (entries_ < header_.entries) {
      diagnostics_.error(here(1), fmt::format("expected {} entries, the file ends after {}",
                                              header_.entries, entries_));
    }
    refuse_if_too_large(list_.entries());
  }

  std::string name_;
  TextBlocks blocks_;
  const char* at_ = nullptr;
  const char* block_end_ = nullptr;
  int64_t line_ = 0;
  base::Diagnostics diagnostics_;
  Header header_;
  Coordinates list_;
  int64_t entries_ = 0;
  int64_t array_row_ = 0;
  int64_t array_column_ = 0;
  bool seen_below_ = false;
  bool seen_above_ = false;
};

}  // namespace

CsrMatrix read_matrix_market(const std::filesystem::path& path) {
  return MatrixMarketReader(path).read();
}

}  // namespace weft::tensor
