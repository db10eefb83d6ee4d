// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/expression.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::cli::sweep {

namespace {

struct Function {
  const char* name;
  size_t arguments;
  double (*apply)(double, double);
};

constexpr std::array<Function, 10> kFunctions = {{
    {"min", 2, [](double a, double b) { return std::min(a, b); }},
    {"max", 2, [](double a, double b) { return std::max(a, b); }},
    {"log2", 1, [](double a, double) { return std::log2(a); }},
    {"log10", 1, [](double a, double) { return std::log10(a); }},
    {"exp2", 1, [](double a, double) { return std::exp2(a); }},
    {"sqrt", 1, [](double a, double) { return std::sqrt(a); }},
    {"abs", 1, [](double a, double) { return std::abs(a); }},
    {"ceil", 1, [](double a, double) { return std::ceil(a); }},
    {"floor", 1, [](double a, double) { return std::floor(a); }},
    {"round", 1, [](double a, double) { return std::round(a); }},
}};

struct Operator {
  const char* sign;
  int precedence;  // a higher one binds closer
  double (*apply)(double, double);
};

constexpr size_t kMostCharacters = 1000;  // bounds the depth of parentheses
constexpr int kComparison = 3;
constexpr int kPower = 6;
constexpr std::array<Operator, 14> kOperators = {{
    {"||", 1, [](double a, double b) { return a != 0 || b != 0 ? 1.0 : 0.0; }},
    {"&&", 2, [](double a, double b) { return a != 0 && b != 0 ? 1.0 : 0.0; }},
    {"==", kComparison, [](double a, double b) { return a == b ? 1.0 : 0.0; }},
    {"!=", kComparison, [](double a, double b) { return a != b ? 1.0 : 0.0; }},
    {"<=", kComparison, [](double a, double b) { return a <= b ? 1.0 : 0.0; }},
    {">=", kComparison, [](double a, double b) { return a >= b ? 1.0 : 0.0; }},
    {"<", kComparison, [](double a, double b) { return a < b ? 1.0 : 0.0; }},
    {">", kComparison, [](double a, double b) { return a > b ? 1.0 : 0.0; }},
    {"+", 4, [](double a, double b) { return a + b; }},
    {"-", 4, [](double a, double b) { return a - b; }},
    {"*", 5, [](double a, double b) { return a * b; }},
    {"/", 5, [](double a, double b) { return a / b; }},
    {"%", 5, [](double a, double b) { return std::fmod(a, b); }},
    {"^", kPower, [](double a, double b) { return std::pow(a, b); }},
}};

bool is_equality(const std::string& sign) {
  return sign == "==" || sign == "!=";
}

/// Evaluates while it reads, by precedence climbing: expressions are short and points are few.
class Evaluator {
 public:
  Evaluator(const std::vector<Token>& tokens, const Lookup& lookup)
      : tokens_(tokens), lookup_(lookup) {}

  Value whole() {
    Value value = operation(1);
    if (peek().kind != Token::Kind::End) expected("the end");
    return value;
  }

 private:
  const Token& peek() const { return tokens_[at_]; }

  bool take(const char* sign) {
    const bool is_there = peek().kind == Token::Kind::Sign && peek().text == sign;
    if (is_there) ++at_;
    return is_there;
  }

  [[noreturn]] void expected(const char* what) const {
    const std::string found =
        peek().kind == Token::Kind::End ? "the end" : fmt::format("'{}'", peek().text);
    throw base::UserError(fmt::format("expected {}, found {}", what, found));
  }

  const Operator* operator_here(int least) const {
    if (peek().kind != Token::Kind::Sign) return nullptr;
    for (const Operator& known : kOperators) {
      if (peek().text == known.sign && known.precedence >= least) return &known;
    }
    return nullptr;
  }

  Value operation(int least) {
    Value left = unary();
    while (const Operator* const found = operator_here(least)) {
      ++at_;
      // a ^ b ^ c is a ^ (b ^ c); all others go from left to right.
      const Value right = operation(found->precedence + (found->precedence == kPower ? 0 : 1));
      left = combine(*found, left, right);
    }
    return left;
  }

  static Value combine(const Operator& op, const Value& left, const Value& right) {
    const bool defined = left.index() != 0 && right.index() != 0;
    if (!defined) return {};
    if (is_equality(op.sign) && (left.index() == 2 || right.index() == 2)) {
      return (left == right) == (op.sign[0] == '=') ? 1.0 : 0.0;
    }
    return op.apply(number_of(left), number_of(right));
  }

  static double number_of(const Value& value) {
    if (const auto* number = std::get_if<double>(&value)) return *number;
    throw base::UserError(
        fmt::format("expected a number, found the text '{}'", std::get<std::string>(value)));
  }

  Value unary() {
    if (take("-")) {
      const Value value = operation(kPower);
      return value.index() == 0 ? value : Value(-number_of(value));
    }
    if (take("!")) {
      const Value value = operation(kComparison);
      return value.index() == 0 ? value : Value(number_of(value) == 0 ? 1.0 : 0.0);
    }
    return primary();
  }

  Value primary() {
    const Token& token = peek();
    switch (token.kind) {
      case Token::Kind::Number:
        return ++at_, Value(token.number);
      case Token::Kind::Text:
        return ++at_, Value(token.text);
      case Token::Kind::Name:
        ++at_;
        return take("(") ? call(token.text) : lookup_(token.text);
      default:
        break;
    }
    if (!take("(")) expected("a value");
    Value value = operation(1);
    if (!take(")")) expected("')'");
    return value;
  }

  Value call(const std::string& name) {
    std::vector<Value> arguments;
    do {
      arguments.push_back(operation(1));
    } while (take(","));
    if (!take(")")) expected("')'");
    std::vector<std::string> names;
    for (const Function& known : kFunctions) {
      names.emplace_back(known.name);
      if (name != known.name) continue;
      if (arguments.size() != known.arguments) {
        throw base::UserError(fmt::format("expected {} values in {}(), found {}", known.arguments,
                                          name, arguments.size()));
      }
      const bool defined =
          std::ranges::all_of(arguments, [](const Value& value) { return value.index() != 0; });
      if (!defined) return {};
      return known.apply(number_of(arguments.front()), number_of(arguments.back()));
    }
    throw base::UserError(fmt::format("expected one of the functions {}, found '{}'{}",
                                      fmt::join(names, ", "), name,
                                      base::did_you_mean(name, names)));
  }

  const std::vector<Token>& tokens_;
  const Lookup& lookup_;
  size_t at_ = 0;
};

}  // namespace

Expression::Expression(std::string text, base::Location where)
    : text_(std::move(text)), where_(std::move(where)) {
  if (text_.size() > kMostCharacters) {
    throw base::UserError(fmt::format("expected an expression of at most {} characters, found {}",
                                      kMostCharacters, text_.size()));
  }
  try {
    tokens_ = tokens_of(text_);
  } catch (const base::UserError& error) {
    throw base::UserError(fmt::format("expression '{}': {}", text_, error.what()));
  }
  // With every name undefined, what is left to fail is the form.
  evaluate([](const std::string&) { return Value(); });
}

std::vector<std::string> Expression::names() const {
  std::vector<std::string> names;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const bool is_call = i + 1 < tokens_.size() && tokens_[i + 1].text == "(" &&
                         tokens_[i + 1].kind == Token::Kind::Sign;
    if (tokens_[i].kind == Token::Kind::Name && !is_call) names.push_back(tokens_[i].text);
  }
  return names;
}

Value Expression::evaluate(const Lookup& lookup) const {
  try {
    return Evaluator(tokens_, lookup).whole();
  } catch (const base::UserError& error) {
    throw base::UserError(fmt::format("expression '{}': {}", text_, error.what()));
  }
}

double Expression::number(const Lookup& lookup) const {
  const Value value = evaluate(lookup);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (value.index() == 0) return std::numeric_limits<double>::quiet_NaN();
  throw base::UserError(fmt::format("expression '{}': expected a number, found the text '{}'",
                                    text_, std::get<std::string>(value)));
}

bool Expression::holds(const Lookup& lookup) const {
  const Value value = evaluate(lookup);
  const auto* number = std::get_if<double>(&value);
  return number != nullptr && *number != 0 && !std::isnan(*number);
}

}  // namespace weft::cli::sweep
