// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <algorithm>

#include <fmt/format.h>

namespace weft::base {

namespace {

std::string join_lines(const std::vector<std::string>& messages) {
  return fmt::format("{}", fmt::join(messages, "\n"));
}

/// Damerau-Levenshtein distance with adjacent transpositions (optimal string alignment).
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitution});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string Location::str() const {
  if (line == 0) return file;
  return fmt::format("{}:{}:{}", file, line, column);
}

UserError::UserError(const std::string& message)
    : std::runtime_error(message), messages_{message} {}

UserError::UserError(std::vector<std::string> messages)
    : std::runtime_error(join_lines(messages)), messages_(std::move(messages)) {}

void Diagnostics::error(const Location& where, std::string_view message) {
  messages_.push_back(fmt::format("{}: {}", where.str(), message));
}

void Diagnostics::throw_if_any() const {
  if (!messages_.empty()) throw UserError(messages_);
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  if (word.size() < 2) return {};
  const size_t tolerance = std::max<size_t>(1, word.size() / 3);
  const std::string* best = nullptr;
  size_t best_distance = tolerance + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best == nullptr ? std::string{} : fmt::format("; did you mean '{}'?", *best);
}

void internal_failure(const char* file, int line, const std::string& message) {
  throw InternalError(fmt::format("{}:{}: {}", file, line, message));
}

}  // namespace weft::base
