// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/scalar.h"
#include "kernels/ir/parser.h"
#include "kernels/ir/read_blocks.h"
#include "kernels/ir/read_value.h"

namespace weft::ir {

namespace {

/// `=`, `+=`, or a name and `=` at once: `max=`.
std::optional<Combine> parse_combine(TextParser& parser) {
  const Token token = parser.peek();
  std::string text = token.text;
  const bool named = token.kind == Token::Kind::Name && parser.peek(1).text == "=";
  if (named) text += "=";
  const auto combine = find_word<Combine>(text);
  if (!combine) {
    parser.fail(fmt::format("one of {}", fmt::join(all_words<Combine>(), ", ")));
    return combine;
  }
  parser.take();
  if (named) parser.take();
  return combine;
}

/// `TENSOR[SUBSCRIPTS] OP VALUE`; nothing after a defect.
std::optional<Statement> parse_statement(const std::string& name, std::string_view text,
                                         const base::Location& where,
                                         base::Diagnostics& diagnostics) {
  TextParser parser(text, where, diagnostics);
  Statement statement{.name = name, .target = {}, .value = {}, .where = Origin{where}};
  const Token first = parser.peek();
  statement.target = parser.atom();
  if (!parser.failed() && statement.target.kind != Expression::Kind::Access) {
    parser.fail_at(first, fmt::format("expected an element of a tensor to write in {}, found '{}'",
                                      name, statement.target.text()));
  }
  if (!parser.failed()) {
    statement.combine = parse_combine(parser).value_or(Combine::Add);
    statement.value = parser.expression();
    parser.expect_end();
  }
  if (parser.failed()) return std::nullopt;
  return statement;
}

void read_statement(const base::YamlEntry& entry, Kernel& kernel, base::Diagnostics& diagnostics) {
  if (!expect_identifier(entry, "statement", diagnostics)) return;
  static const std::vector<std::string> reserved = {"all", "fuse_at", "rewrite"};
  if (std::ranges::count(reserved, entry.key) > 0) {
    report(diagnostics, entry.key_where,
           fmt::format("'{}' is a word of the schedule and cannot name a statement", entry.key));
  }
  if (kernel.find_statement(entry.key) != nullptr) {
    report(diagnostics, entry.key_where, fmt::format("duplicate statement '{}'", entry.key));
  }
  if (!entry.value.is_scalar()) {
    report(diagnostics, entry.value.where(),
           fmt::format("expected a statement in {}, found {}", entry.key,
                       base::describe(entry.value)));
  } else if (auto parsed = parse_statement(entry.key, entry.value.scalar(), text_begin(entry.value),
                                           diagnostics)) {
    kernel.statements.push_back(std::move(*parsed));
  }
}

void read_repeat(const base::YamlNode& node, Kernel& kernel, base::Diagnostics& diagnostics) {
  Table<IndexName, std::vector<StatementName>> table;
  ValueReader(diagnostics).read(node, table, {"repeat", {}, {}, {}});
  for (auto& entry : table.entries) {
    kernel.repeats.push_back({std::move(entry.key), std::move(entry.value)});
  }
}

}  // namespace

void read_compute(const base::YamlNode& document, Kernel& kernel, base::Diagnostics& diagnostics) {
  const base::YamlNode* node = document.find("compute");
  if (node == nullptr || !node->is_sequence() || node->items().empty()) {
    report(diagnostics, (node == nullptr ? document : *node).where(),
           "expected a list of statements in 'compute'");
    return;
  }
  for (const base::YamlNode& item : node->items()) {
    if (!item.is_map() || item.entries().size() != 1) {
      report(diagnostics, item.where(),
             "expected 'NAME: STATEMENT' or 'repeat: {INDEX: [NAMES]}' in compute");
    } else if (const base::YamlEntry& entry = item.entries().front(); entry.key == "repeat") {
      read_repeat(entry.value, kernel, diagnostics);
    } else {
      read_statement(entry, kernel, diagnostics);
    }
  }
}

}  // namespace weft::ir
