// SPDX-License-Identifier: Apache-2.0
#include "base/csv_row.h"

#include <cmath>

#include <fmt/format.h>

#include "base/scalar.h"

namespace weft::base {

const CsvCell* CsvRow::cell(std::string_view column) const {
  const std::optional<size_t> place = table_.find(column);
  return place ? &table_.rows()[row_][*place] : nullptr;
}

bool CsvRow::has(std::string_view column) const {
  const CsvCell* found = cell(column);
  return found != nullptr && !found->text.empty();
}

std::string CsvRow::text(std::string_view column) const {
  const CsvCell* found = cell(column);
  return found == nullptr ? std::string() : found->text;
}

double CsvRow::number(std::string_view column) const {
  if (const std::optional<double> value = parse_real(text(column))) return *value;
  report(column, fmt::format("expected a number, found '{}'", text(column)));
  return 0;
}

double CsvRow::positive_number(std::string_view column) const {
  const std::optional<double> value = parse_real(text(column));
  if (value && *value > 0) return *value;
  report(column, fmt::format("expected a number above 0, found '{}'", text(column)));
  return 1;
}

int64_t CsvRow::integer(std::string_view column, int64_t least, int64_t most) const {
  const std::optional<double> value = parse_real(text(column));  // "256.0" is whole too
  const bool whole = value && std::trunc(*value) == *value;
  if (whole && *value >= static_cast<double>(least) && *value <= static_cast<double>(most))
    return static_cast<int64_t>(*value);
  report(column,
         fmt::format("expected a whole number in [{}, {}], found '{}'", least, most, text(column)));
  return least;
}

void CsvRow::report(std::string_view column, std::string_view message) const {
  const CsvCell* found = cell(column);
  const auto [row_line, row_column] =
      found == nullptr ? std::pair(line(), 1) : std::pair(found->line, found->column);
  diagnostics_.error({table_.file(), row_line, row_column}, fmt::format("{}: {}", column, message));
}

void CsvRow::report_unknown(std::string_view column, const std::vector<std::string>& words) const {
  report(column, fmt::format("expected one of {}, found '{}'{}", fmt::join(words, ", "),
                             text(column), did_you_mean(text(column), words)));
}

}  // namespace weft::base
