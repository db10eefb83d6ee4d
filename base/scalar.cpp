// SPDX-License-Identifier: Apache-2.0
#include "base/scalar.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text_file.h"
#include "base/yaml_parser.h"

namespace weft::base {

namespace {

bool is_plain_scalar(const YamlNode& node) {
  return node.is_scalar() && !node.quoted();
}

/// std::from_chars takes no plus sign.
std::string_view without_plus(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  return plus ? text.substr(1) : text;
}

/// Cuts `text` to some forty bytes, at a character's border.
std::string shortened(const std::string& text) {
  constexpr size_t kMaxBytes = 40;
  if (text.size() <= kMaxBytes) return text;
  size_t end = 0;
  while (end < kMaxBytes)
    end += std::max<size_t>(1, utf8_length(std::string_view(text).substr(end)));
  return text.substr(0, end) + "...";
}

}  // namespace

std::optional<int64_t> as_integer(const YamlNode& node) {
  if (!is_plain_scalar(node)) return std::nullopt;
  const std::string_view text = without_plus(node.scalar());
  int64_t value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_real(std::string_view text) {
  text = without_plus(text);
  double value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || stop != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<double> as_real(const YamlNode& node) {
  return is_plain_scalar(node) ? parse_real(node.scalar()) : std::nullopt;
}

std::optional<bool> as_bool(const YamlNode& node) {
  if (!is_plain_scalar(node)) return std::nullopt;
  if (node.scalar() == "true") return true;
  if (node.scalar() == "false") return false;
  return std::nullopt;
}

std::string describe(const YamlNode& node) {
  switch (node.kind()) {
    case YamlNode::Kind::Null:
      return "nothing";
    case YamlNode::Kind::Sequence:
      return "a list";
    case YamlNode::Kind::Map:
      return "a map";
    case YamlNode::Kind::Scalar:
      break;
  }
  const char quote = node.quoted() ? '"' : '\'';
  return fmt::format("{0}{1}{0}", quote, shortened(node.scalar()));
}

void report(const YamlNode& node, std::string_view message, Diagnostics& diagnostics) {
  diagnostics.error(node.where(), with_path(node.path(), message));
}

void report_key(const YamlNode& map, const YamlEntry& entry, std::string_view message,
                Diagnostics& diagnostics) {
  const std::string path = map.path().empty() ? entry.key : map.path() + "." + entry.key;
  diagnostics.error(entry.key_where, with_path(path, message));
}

const YamlNode& nearest_node(const YamlNode& root, std::string_view path) {
  const YamlNode* node = &root;
  while (!path.empty()) {
    const size_t dot = path.find('.');
    const YamlNode* child = node->find(path.substr(0, dot));
    if (child == nullptr) break;
    node = child;
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return *node;
}

void report_at(const YamlNode& root, const std::string& path, std::string_view message,
               Diagnostics& diagnostics) {
  diagnostics.error(nearest_node(root, path).where(), with_path(path, message));
}

}  // namespace weft::base
