// SPDX-License-Identifier: Apache-2.0
// Short names of formats. Each expands into the text of ordinary levels, which the level parser
// then reads, so that a short name means exactly what its long form means.
#include <array>

#include <fmt/format.h>

#include "kernels/ir/levels.h"
#include "kernels/ir/parser.h"

namespace weft::ir {

namespace {

struct ShortFormat {
  std::string_view name;
  bool has_size;
  std::vector<std::string_view> levels;  // {0}, {1}: the dims; {2}: the size
};

const std::vector<ShortFormat>& short_formats() {
  static const std::vector<ShortFormat> formats = {
      {"csr", false, {"dense({0})", "compressed({1})"}},
      {"csc", false, {"dense({1})", "compressed({0})"}},
      {"coo", false, {"compressed({0}, nonunique)", "singleton({1})"}},
      {"dcsr", false, {"compressed({0})", "compressed({1})"}},
      {"bsr",
       true,
       {"dense({0}/({2}))", "compressed({1}/({2}))", "dense({0}%({2}))", "dense({1}%({2}))"}},
      {"ell", true, {"dense({0})", "singleton({1}, slots={2})"}},
      {"blockdiag",
       true,
       {"dense({0}/({2}))", "affine({1}/({2}) = {0}/({2}))", "dense({0}%({2}))",
        "dense({1}%({2}))"}},
  };
  return formats;
}

std::vector<std::string> short_names() {
  std::vector<std::string> names;
  for (const ShortFormat& format : short_formats()) names.emplace_back(format.name);
  return names;
}

/// N:M, the one short name that is not a word.
std::vector<std::string> ratio_levels(TextParser& parser, std::span<const std::string> dims) {
  const std::string keep = parser.take().text;
  parser.expect(":");
  const std::string group = parser.take().text;
  return {fmt::format("dense({})", dims[0]), fmt::format("dense({}/{})", dims[1], group),
          fmt::format("nm({}%{}, {}:{})", dims[1], group, keep, group)};
}

std::vector<std::string> named_levels(TextParser& parser, std::span<const std::string> dims,
                                      std::string_view tensor) {
  const Token token = parser.peek();
  const std::string name = parser.expect_name("the name of a format");
  std::vector<std::string> levels;
  for (const ShortFormat& format : short_formats()) {
    if (format.name != name) continue;
    std::string size;
    if (format.has_size) {
      parser.expect("(");
      size = parser.expression().text();
      parser.expect(")");
    }
    for (std::string_view level : format.levels) {
      levels.push_back(fmt::format(fmt::runtime(level), dims[0], dims[1], size));
    }
  }
  if (levels.empty() && !parser.failed()) {
    parser.fail_at(token, fmt::format("unknown format '{}' in tensor {}{}", name, tensor,
                                      base::did_you_mean(name, short_names())));
  }
  return levels;
}

}  // namespace

bool is_short_format(std::string_view text) {
  const std::string_view head = text.substr(0, text.find_first_of("( "));
  if (!head.empty() && head[0] >= '0' && head[0] <= '9') return true;
  for (const ShortFormat& format : short_formats()) {
    if (format.name == head) return true;
  }
  return false;
}

std::vector<Level> expand_short_format(std::string_view text, const base::Location& where,
                                       std::string_view tensor, std::span<const std::string> dims,
                                       base::Diagnostics& diagnostics) {
  if (dims.size() != 2) {
    report(
        diagnostics, where,
        fmt::format("format '{}' of tensor {} needs 2 dims, found {}", text, tensor, dims.size()));
    return {};
  }
  TextParser parser(text, where, diagnostics);
  const bool ratio = parser.peek().kind == Token::Kind::Number;
  const auto texts = ratio ? ratio_levels(parser, dims) : named_levels(parser, dims, tensor);
  parser.expect_end();
  std::vector<Level> levels;
  if (parser.failed()) return levels;
  for (const std::string& level : texts) {
    if (auto parsed = parse_level(level, where, tensor, diagnostics)) {
      levels.push_back(std::move(*parsed));
    } else {
      break;
    }
  }
  return levels;
}

}  // namespace weft::ir
