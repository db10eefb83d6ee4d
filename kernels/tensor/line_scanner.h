// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace weft::tensor {

/// Reads the words of one line from left to right. Precondition: a '\n' follows in memory, which
/// ends every loop here. A read that fails stays before the word, so that a message can name it and
/// its column.
class LineScanner {
 public:
  explicit LineScanner(const char* line) : line_(line), at_(line) {}

  /// True where only blanks are left; a carriage return counts as a blank.
  bool at_end() {
    skip_blanks();
    return *at_ == '\n';
  }

  /// A number without sign, as index or size. Numbers beyond 2^63 - 1 fail, like anything else.
  bool natural(int64_t& number) {
    skip_blanks();
    const char* end = at_;
    uint64_t value = 0;
    while (*end >= '0' && *end <= '9') value = value * 10 + static_cast<uint64_t>(*end++ - '0');
    constexpr int kDigitsThatFit = 18;
    if (end - at_ > kDigitsThatFit) return long_natural(number);
    if (end == at_ || !ends_word(*end)) return false;
    number = static_cast<int64_t>(value);
    at_ = end;
    return true;
  }

  /// A finite floating-point number. Values too small for a double become the nearest one.
  bool real(double& number) {
    skip_blanks();
    const char* begin = at_ + (*at_ == '+' && at_[1] != '-' ? 1 : 0);
    const auto [end, status] = std::from_chars(begin, word_end(begin), number);
    if (status == std::errc::result_out_of_range) return extreme_real(begin, end, number);
    if (status != std::errc{} || !ends_word(*end) || number - number != 0) return false;
    at_ = end;
    return true;
  }

  /// A whole number with optional sign that fits in 64 bits.
  bool integer(int64_t& number) {
    skip_blanks();
    const char* begin = at_ + (*at_ == '+' && at_[1] != '-' ? 1 : 0);
    const auto [end, status] = std::from_chars(begin, word_end(begin), number);
    if (status != std::errc{} || !ends_word(*end)) return false;
    at_ = end;
    return true;
  }

  /// The next word, empty at the end of the line.
  std::string_view word() {
    skip_blanks();
    const std::string_view result(at_, static_cast<size_t>(word_end(at_) - at_));
    at_ += result.size();
    return result;
  }

  /// The next word for a message: "'word'", shortened and printable, or "the end of the line". Does
  /// not advance.
  std::string next_word_for_message();

  /// Column of the next word, from 1.
  int column() {
    skip_blanks();
    return static_cast<int>(at_ - line_) + 1;
  }

  const char* position() const { return at_; }

 private:
  static bool ends_word(char c) { return static_cast<unsigned char>(c) <= ' '; }
  static const char* word_end(const char* at) {
    while (!ends_word(*at)) ++at;
    return at;
  }
  void skip_blanks() {
    while (*at_ == ' ' || *at_ == '\t' || *at_ == '\r') ++at_;
  }
  bool long_natural(int64_t& number);
  bool extreme_real(const char* begin, const char* end, double& number);

  const char* line_;
  const char* at_;
};

/// `text` within quotes, cut to a readable length and without control characters.
std::string quoted_for_message(std::string_view text);

}  // namespace weft::tensor
