// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace weft::ir {

namespace {

using Kind = Expression::Kind;

// Deeper nesting is refused rather than allowed to exhaust the stack.
constexpr int kMaxDepth = 100;
constexpr size_t kMaxTokens = 1000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Further bytes of a character beyond ASCII, which messages must not cut in two.
bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

Token number_token(std::string_view rest) {
  Token token{.kind = Token::Kind::Number};
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), token.value);
  if (error == std::errc::result_out_of_range) token.value = HUGE_VAL;
  size_t size = static_cast<size_t>(end - rest.data());
  const size_t digits = size;
  while (size < rest.size() && (is_letter(rest[size]) || is_digit(rest[size]))) ++size;
  token.text = rest.substr(0, size);
  token.suffix = rest.substr(digits, size - digits);
  return token;
}

Token symbol_token(std::string_view rest) {
  static constexpr std::array<std::string_view, 4> kLong = {"**", "+=", "<=", ">="};
  for (std::string_view symbol : kLong) {
    if (rest.starts_with(symbol)) return {.kind = Token::Kind::Symbol, .text = std::string(symbol)};
  }
  size_t size = 1;
  while (size < rest.size() && is_continuation(rest[size])) ++size;
  return {.kind = Token::Kind::Symbol, .text = std::string(rest.substr(0, size))};
}

std::vector<Token> tokenize(std::string_view text) {
  std::vector<Token> tokens;
  size_t at = 0;
  while (true) {
    while (at < text.size() && is_space(text[at])) ++at;
    if (at == text.size()) break;
    const std::string_view rest = text.substr(at);
    Token token;
    if (is_digit(rest[0])) {
      token = number_token(rest);
    } else if (is_letter(rest[0])) {
      size_t size = 1;
      while (size < rest.size() && (is_letter(rest[size]) || is_digit(rest[size]))) ++size;
      token = {.kind = Token::Kind::Name, .text = std::string(rest.substr(0, size))};
    } else {
      token = symbol_token(rest);
    }
    token.offset = at;
    at += token.text.size();
    tokens.push_back(std::move(token));
  }
  tokens.push_back({.kind = Token::Kind::End, .offset = text.size()});
  return tokens;
}

Expression binary(Kind kind, Expression left, Expression right) {
  Expression result;
  result.kind = kind;
  result.where = left.where;
  result.operands.push_back(std::move(left));
  result.operands.push_back(std::move(right));
  return result;
}

}  // namespace

TextParser::TextParser(std::string_view text, const base::Location& where,
                       base::Diagnostics& diagnostics)
    : where_(where), diagnostics_(diagnostics), tokens_(tokenize(text)) {
  if (tokens_.size() > kMaxTokens) {
    fail_at(peek(), fmt::format("text is longer than {} words", kMaxTokens));
  }
}

const Token& TextParser::peek(size_t ahead) const {
  return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

Token TextParser::take() {
  Token token = peek();
  if (next_ + 1 < tokens_.size()) ++next_;
  return token;
}

bool TextParser::accept(std::string_view symbol) {
  if (failed_ || peek().kind != Token::Kind::Symbol || peek().text != symbol) return false;
  take();
  return true;
}

bool TextParser::accept_name(std::string_view name) {
  if (failed_ || peek().kind != Token::Kind::Name || peek().text != name) return false;
  take();
  return true;
}

bool TextParser::expect(std::string_view symbol) {
  if (accept(symbol)) return true;
  fail(fmt::format("'{}'", symbol));
  return false;
}

std::string TextParser::expect_name(std::string_view what) {
  if (!failed_ && peek().kind == Token::Kind::Name) return take().text;
  fail(what);
  return {};
}

void TextParser::expect_end() {
  if (peek().kind != Token::Kind::End) fail("the end of the text");
}

void TextParser::fail(std::string_view what) {
  const Token& token = peek();
  const std::string seen = token.kind == Token::Kind::End ? std::string("the end of the text")
                                                          : fmt::format("'{}'", token.text);
  fail_at(token, fmt::format("expected {}, found {}", what, seen));
}

void TextParser::fail_at(const Token& token, std::string_view message) {
  if (!failed_) report(diagnostics_, place(token), message);
  failed_ = true;
}

Origin TextParser::place(const Token& token) const {
  Origin origin{where_};
  if (origin.line > 0) origin.column += static_cast<int>(token.offset);
  return origin;
}

Expression TextParser::expression() {
  static constexpr std::array<std::pair<std::string_view, Kind>, 4> kComparisons = {
      {{"<", Kind::Less},
       {"<=", Kind::LessEqual},
       {">", Kind::Greater},
       {">=", Kind::GreaterEqual}}};
  if (++depth_ > kMaxDepth) fail_at(peek(), "expression is nested too deeply");
  Expression left = sum();
  for (const auto& [symbol, kind] : kComparisons) {
    if (!accept(symbol)) continue;
    left = binary(kind, std::move(left), sum());
    break;
  }
  --depth_;
  return left;
}

Expression TextParser::sum() {
  Expression left = product();
  while (!failed_) {
    if (accept("+")) {
      left = binary(Kind::Add, std::move(left), product());
    } else if (accept("-")) {
      left = binary(Kind::Subtract, std::move(left), product());
    } else {
      break;
    }
  }
  return left;
}

Expression TextParser::product() {
  Expression left = sign();
  while (!failed_) {
    if (accept("*")) {
      left = binary(Kind::Multiply, std::move(left), sign());
    } else if (accept("/")) {
      left = binary(Kind::Divide, std::move(left), sign());
    } else if (accept("%")) {
      left = binary(Kind::Modulo, std::move(left), sign());
    } else {
      break;
    }
  }
  return left;
}

Expression TextParser::sign() {
  const Token first = peek();
  if (!accept("-")) return power();
  if (++depth_ > kMaxDepth) fail_at(first, "expression is nested too deeply");
  Expression negation;
  negation.kind = Kind::Negate;
  negation.where = place(first);
  negation.operands.push_back(failed_ ? Expression{} : sign());
  --depth_;
  return negation;
}

Expression TextParser::power() {
  Expression base = atom();
  if (!accept("**")) return base;
  if (++depth_ > kMaxDepth) fail("a shorter tower of powers");
  Expression exponent = failed_ ? Expression{} : sign();
  --depth_;
  return binary(Kind::Power, std::move(base), std::move(exponent));
}

Expression TextParser::atom() {
  Expression result;
  if (failed_) return result;
  Token token = peek();
  result.where = place(token);
  if (accept("(")) {
    result = expression();
    expect(")");
  } else if (token.kind == Token::Kind::Number) {
    take();
    result.number = token.value;
    if (!token.suffix.empty())
      fail_at(token, fmt::format("expected a number without a unit, found '{}'", token.text));
    if (!std::isfinite(token.value))
      fail_at(token, fmt::format("number '{}' is too large", token.text));
  } else if (token.kind == Token::Kind::Name) {
    take();
    result.kind = Kind::Name;
    result.name = token.text;
    const bool access = accept("[");
    if (access || accept("(")) {
      result.kind = access ? Kind::Access : Kind::Call;
      result.operands = list_until(access ? "]" : ")");
    }
  } else {
    fail("a name or a number");
  }
  return result;
}

std::vector<Expression> TextParser::list_until(std::string_view closing) {
  std::vector<Expression> list;
  do {
    list.push_back(expression());
  } while (accept(","));
  expect(closing);
  return list;
}

Expression parse_expression(std::string_view text, const base::Location& where,
                            base::Diagnostics& diagnostics, bool& failed) {
  TextParser parser(text, where, diagnostics);
  Expression expression = parser.expression();
  parser.expect_end();
  failed = parser.failed();
  return expression;
}

}  // namespace weft::ir
