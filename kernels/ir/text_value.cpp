// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/text_value.h"

#include <fmt/format.h>

#include "base/quantity.h"
#include "kernels/ir/parser.h"

namespace weft::ir {

namespace {

/// Takes a word of a vocabulary, or reports it.
template <Keyword E>
std::optional<E> expect_word(TextParser& parser) {
  const Token token = parser.peek();
  const auto word = find_word<E>(token.text);
  if (word) {
    parser.take();
  } else {
    parser.fail(fmt::format("one of {}", fmt::join(all_words<E>(), ", ")));
  }
  return word;
}

}  // namespace

std::optional<Formula> Formula::parse(std::string_view text, const base::Location& where,
                                      base::Diagnostics& diagnostics) {
  bool failed = false;
  Formula formula{parse_expression(text, where, diagnostics, failed)};
  if (failed) return std::nullopt;
  return formula;
}

std::optional<Reduction> Reduction::parse(std::string_view text, const base::Location& where,
                                          base::Diagnostics& diagnostics) {
  TextParser parser(text, where, diagnostics);
  Reduction reduction;
  reduction.kind = expect_word<ReduceKind>(parser).value_or(ReduceKind::Serial);
  if (reduction.kind == ReduceKind::SplitK) {
    parser.expect("(");
    const Token parts = parser.peek();
    constexpr double kMaxParts = 1 << 20;
    const bool counts = parts.kind == Token::Kind::Number && parts.suffix.empty() &&
                        parts.value >= 1 && parts.value <= kMaxParts;
    if (counts) {
      reduction.parts = static_cast<int64_t>(parser.take().value);
    } else {
      parser.fail("a number of parts");
    }
    parser.expect(")");
  }
  parser.expect_end();
  if (parser.failed()) return std::nullopt;
  return reduction;
}

std::string Reduction::text() const {
  if (kind == ReduceKind::SplitK) return fmt::format("split_k({})", parts);
  return std::string(text_of(kind));
}

std::optional<Exchange> Exchange::parse(std::string_view text, const base::Location& where,
                                        base::Diagnostics& diagnostics) {
  TextParser parser(text, where, diagnostics);
  Exchange exchange;
  exchange.via = expect_word<ExchangeVia>(parser).value_or(ExchangeVia::Shuffle);
  if (parser.accept_name("if")) {
    exchange.condition = parser.expression();
    if (!parser.accept_name("else")) parser.fail("'else'");
    exchange.otherwise = expect_word<ExchangeVia>(parser).value_or(ExchangeVia::Shuffle);
  }
  parser.expect_end();
  if (parser.failed()) return std::nullopt;
  return exchange;
}

std::string Exchange::text() const {
  if (!condition) return std::string(text_of(via));
  return fmt::format("{} if {} else {}", text_of(via), condition->text(), text_of(otherwise));
}

std::optional<Bytes> Bytes::parse(std::string_view text, const base::Location& where,
                                  base::Diagnostics& diagnostics) {
  const auto bytes = base::parse_quantity(text, base::Unit::Bytes);
  if (!bytes || *bytes < 1 || *bytes > 1e18) {
    report(diagnostics, where, fmt::format("expected {}, found '{}'", kSyntax, text));
    return std::nullopt;
  }
  return Bytes{static_cast<int64_t>(*bytes)};
}

std::string Bytes::text() const {
  return base::format_quantity(static_cast<double>(bytes), base::Unit::Bytes);
}

std::optional<Placement> Placement::parse(std::string_view text, const base::Location& where,
                                          base::Diagnostics& diagnostics) {
  TextParser parser(text, where, diagnostics);
  Placement placement;
  placement.where = parser.place(parser.peek());
  if (parser.accept_name("interleave")) {
    parser.expect("(");
    const Token size = parser.take();
    const auto pieces = Bytes::parse(size.text, parser.place(size), diagnostics);
    if (!pieces) return std::nullopt;
    placement.pieces = *pieces;
    parser.expect(")");
  } else if (parser.accept_name("copy")) {
    placement.kind = Kind::Copy;
  } else {
    placement.kind = parser.accept_name("near") ? Kind::Near : Kind::Block;
    if (placement.kind == Kind::Block && !parser.accept_name("block")) parser.fail(kSyntax);
    parser.expect("(");
    placement.index = parser.expect_name("an index");
    parser.expect(")");
  }
  parser.expect_end();
  if (parser.failed()) return std::nullopt;
  return placement;
}

std::string Placement::text() const {
  switch (kind) {
    case Kind::Interleave:
      return fmt::format("interleave({})", pieces.text());
    case Kind::Copy:
      return "copy";
    default:
      return fmt::format("{}({})", kind == Kind::Near ? "near" : "block", index);
  }
}

}  // namespace weft::ir
