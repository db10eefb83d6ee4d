// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/sweep/expression.h"

namespace weft::cli::sweep {

namespace {

bool begins_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool continues_name(char c) {
  return begins_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' ||
         c == '[' || c == ']';
}

/// What follows a number at once multiplies it: sizes are counted in bytes.
double multiplier(const std::string& suffix) {
  struct Suffix {
    const char* word;
    double factor;
  };
  constexpr std::array<Suffix, 6> kSuffixes = {
      {{"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}}};
  if (suffix.empty()) return 1;
  for (const Suffix& known : kSuffixes) {
    if (suffix == known.word) return known.factor;
  }
  throw base::UserError(
      fmt::format("expected a number, or one with KiB, MiB, GiB, k, M or G, found '{}'", suffix));
}

class Lexer {
 public:
  explicit Lexer(const std::string& text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    if (at_ == text_.size()) return {};
    const char c = text_[at_];
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') return number();
    if (begins_name(c)) return word();
    if (c == '\'' || c == '"') return quoted(c);
    return sign();
  }

 private:
  Token number() {
    double value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, problem] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (problem != std::errc{})
      throw base::UserError(fmt::format("expected a number, found '{}'", text_.substr(at_)));
    const size_t after = static_cast<size_t>(end - text_.data());
    size_t stop = after;
    while (stop < text_.size() && std::isalpha(static_cast<unsigned char>(text_[stop])) != 0)
      ++stop;
    const double factor = multiplier(text_.substr(after, stop - after));
    Token token{Token::Kind::Number, text_.substr(at_, stop - at_), value * factor};
    at_ = stop;
    return token;
  }

  Token word() {
    const size_t begin = at_;
    while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
    const std::string name = text_.substr(begin, at_ - begin);
    if (name == "and") return {Token::Kind::Sign, "&&"};
    if (name == "or") return {Token::Kind::Sign, "||"};
    if (name == "not") return {Token::Kind::Sign, "!"};
    return {Token::Kind::Name, name};
  }

  Token quoted(char quote) {
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string::npos)
      throw base::UserError(
          fmt::format("expected a closing {} after {}", quote, text_.substr(at_)));
    Token token{Token::Kind::Text, text_.substr(at_ + 1, end - at_ - 1)};
    at_ = end + 1;
    return token;
  }

  Token sign() {
    constexpr std::array<const char*, 18> kSigns = {"<=", ">=", "==", "!=", "&&", "||",
                                                    "<",  ">",  "!",  "+",  "-",  "*",
                                                    "/",  "%",  "^",  "(",  ")",  ","};
    for (const std::string known : kSigns) {
      if (text_.compare(at_, known.size(), known) != 0) continue;
      at_ += known.size();
      return {Token::Kind::Sign, known};
    }
    throw base::UserError(
        fmt::format("expected a name, a number or a sign, found '{}'", text_[at_]));
  }

  const std::string& text_;
  size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokens_of(const std::string& text) {
  Lexer lexer(text);
  std::vector<Token> tokens;
  do {
    tokens.push_back(lexer.next());
  } while (tokens.back().kind != Token::Kind::End);
  return tokens;
}

}  // namespace weft::cli::sweep
