// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/levels.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "kernels/ir/parser.h"

namespace weft::ir {

namespace {

constexpr int kMaxBits = 64;
constexpr int kMaxGroup = 1 << 16;

const std::vector<std::string>& level_options() {
  static const std::vector<std::string> options = {"unordered", "nonunique", "crd",
                                                   "pos",       "meta",      "slots"};
  return options;
}

/// The options that say something about a level type.
bool applies(std::string_view option, LevelType type) {
  const bool stores_crd =
      type == LevelType::Compressed || type == LevelType::Singleton || type == LevelType::Hash;
  if (option == "pos") return type == LevelType::Compressed;
  if (option == "meta") return type == LevelType::Nm;
  if (option == "slots") return type == LevelType::Singleton;
  return stores_crd;
}

/// Reads the arguments of one level, `TYPE(COORDINATE, OPTIONS...)`.
class LevelParser {
 public:
  LevelParser(std::string_view text, const base::Location& where, std::string_view tensor,
              base::Diagnostics& diagnostics)
      : parser_(text, where, diagnostics), tensor_(tensor), diagnostics_(diagnostics) {}

  std::optional<Level> parse() {
    const Token type = parser_.peek();
    level_.where = parser_.place(type);
    const std::string name = parser_.expect_name("a level type");
    if (parser_.failed()) return std::nullopt;
    const auto known = find_word<LevelType>(name);
    if (!known) {
      report_unknown(diagnostics_, parser_.place(type), "level type", name,
                     fmt::format("tensor {}", tensor_), all_words<LevelType>());
      return std::nullopt;
    }
    level_.type = *known;
    parser_.expect("(");
    level_.coordinate = parser_.expression();
    if (level_.type == LevelType::Affine && parser_.expect("="))
      level_.equals = parser_.expression();
    while (parser_.accept(",")) option();
    if (level_.type == LevelType::Nm && level_.group == 0) parser_.fail("', N:M'");
    parser_.expect(")");
    parser_.expect_end();
    if (parser_.failed()) return std::nullopt;
    return level_;
  }

 private:
  void option() {
    const Token token = parser_.peek();
    if (token.kind == Token::Kind::Number && level_.type == LevelType::Nm) return ratio();
    const std::string name = parser_.expect_name("an option");
    if (parser_.failed()) return;
    if (std::ranges::count(level_options(), name) == 0) {
      parser_.fail_at(token, fmt::format("unknown option '{}' in tensor {}{}", name, tensor_,
                                         base::did_you_mean(name, level_options())));
    } else if (!applies(name, level_.type)) {
      parser_.fail_at(
          token, fmt::format("option '{}' says nothing about level type '{}' in tensor {}", name,
                             text_of(level_.type), tensor_));
    } else {
      value_of(name);
    }
  }

  void value_of(const std::string& option) {
    if (option == "unordered") level_.unordered = true;
    if (option == "nonunique") level_.nonunique = true;
    if (option == "crd") level_.crd_bits = bits();
    if (option == "pos") level_.pos_bits = bits();
    if (option == "meta") level_.meta_bits = bits();
    if (option == "slots" && parser_.expect("=")) level_.slots = parser_.expression();
  }

  int bits() {
    parser_.expect("=");
    const Token token = parser_.peek();
    const bool width = token.kind == Token::Kind::Number && token.suffix == "b" &&
                       token.value >= 1 && token.value <= kMaxBits &&
                       std::floor(token.value) == token.value;
    if (!width) {
      parser_.fail(fmt::format("a width of 1b to {}b", kMaxBits));
      return 0;
    }
    return static_cast<int>(parser_.take().value);
  }

  void ratio() {
    const Token first = parser_.take();
    parser_.expect(":");
    const Token second = parser_.take();
    const bool counts = second.kind == Token::Kind::Number && first.suffix.empty() &&
                        second.suffix.empty() && first.value >= 1 && first.value <= second.value &&
                        second.value <= kMaxGroup && std::floor(first.value) == first.value &&
                        std::floor(second.value) == second.value;
    if (!counts) {
      parser_.fail_at(first, fmt::format("expected N:M with 1 <= N <= M <= {}, found '{}:{}'",
                                         kMaxGroup, first.text, second.text));
      return;
    }
    level_.keep = static_cast<int>(first.value);
    level_.group = static_cast<int>(second.value);
  }

  TextParser parser_;
  std::string_view tensor_;
  base::Diagnostics& diagnostics_;
  Level level_;
};

std::string bits_option(std::string_view name, int bits) {
  return bits == 0 ? std::string{} : fmt::format(", {}={}b", name, bits);
}

}  // namespace

std::string Level::text() const {
  std::string text = fmt::format("{}({}", text_of(type), coordinate.text());
  if (equals) text += fmt::format(" = {}", equals->text());
  if (group != 0) text += fmt::format(", {}:{}", keep, group);
  if (unordered) text += ", unordered";
  if (nonunique) text += ", nonunique";
  if (slots) text += fmt::format(", slots={}", slots->text());
  return text + bits_option("crd", crd_bits) + bits_option("pos", pos_bits) +
         bits_option("meta", meta_bits) + ")";
}

std::optional<Level> parse_level(std::string_view text, const base::Location& where,
                                 std::string_view tensor, base::Diagnostics& diagnostics) {
  return LevelParser(text, where, tensor, diagnostics).parse();
}

}  // namespace weft::ir
