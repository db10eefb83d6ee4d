// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/yaml.h"
#include "base/yaml_parser.h"

namespace weft::base {

namespace {

/// One step of a setting's path: a key of a map, or an index into a list.
struct Step {
  std::string key;
  std::optional<size_t> index;
};

/// Reads "key[2][0]" into its steps; false where the brackets are no indices.
bool append_steps(std::string_view part, std::vector<Step>& steps) {
  const size_t bracket = part.find('[');
  const std::string_view key = part.substr(0, bracket);
  if (key.empty()) return false;
  steps.push_back({std::string(key), std::nullopt});
  std::string_view rest =
      bracket == std::string_view::npos ? std::string_view{} : part.substr(bracket);
  while (!rest.empty()) {
    size_t index = 0;
    const char* begin = rest.data() + 1;
    const char* end = rest.data() + rest.size();
    const auto [stop, problem] = std::from_chars(begin, end, index);
    if (rest[0] != '[' || problem != std::errc{} || stop == end || *stop != ']') return false;
    steps.push_back({{}, index});
    rest = rest.substr(static_cast<size_t>(stop + 1 - rest.data()));
  }
  return true;
}

std::optional<std::vector<Step>> parse_path(std::string_view path) {
  constexpr size_t kMaxSteps = 64;
  std::vector<Step> steps;
  while (true) {
    const size_t dot = path.find('.');
    if (!append_steps(path.substr(0, dot), steps) || steps.size() > kMaxSteps) return std::nullopt;
    if (dot == std::string_view::npos) return steps;
    path.remove_prefix(dot + 1);
  }
}

/// Puts every location of a parsed value at the setting that gave it.
YamlNode relocate(const YamlNode& node, const Location& where) {
  auto data = std::make_shared<YamlData>();
  data->kind = node.kind();
  data->where = where;
  data->path = node.path();
  data->quoted = node.quoted();
  if (node.is_scalar()) data->scalar = node.scalar();
  if (node.is_sequence()) {
    for (const YamlNode& item : node.items()) data->items.push_back(relocate(item, where));
  }
  if (node.is_map()) {
    for (const YamlEntry& entry : node.entries()) {
      data->entries.push_back({entry.key, where, relocate(entry.value, where)});
    }
  }
  return YamlNode(std::move(data));
}

/// Rebuilds the nodes on the path to one setting; everything beside the path is shared with the old
/// tree.
class Setter {
 public:
  Setter(const Location& where, const YamlNode& value, Diagnostics& diagnostics)
      : where_(where), value_(value), diagnostics_(diagnostics) {}

  YamlNode set(const YamlNode& node, const std::string& path, std::span<const Step> steps) const {
    if (steps.empty()) return value_;
    const Step& step = steps.front();
    return step.index ? set_item(node, path, *step.index, steps.subspan(1))
                      : set_entry(node, path, step.key, steps.subspan(1));
  }

 private:
  YamlNode set_entry(const YamlNode& node, const std::string& path, const std::string& key,
                     std::span<const Step> rest) const {
    if (!node.is_map() && !node.is_null()) {
      report(path, fmt::format("expected a map that can hold '{}', found {}", key,
                               node.is_scalar() ? "'" + node.scalar() + "'" : "a list"));
      return node;
    }
    auto data = std::make_shared<YamlData>();
    data->kind = YamlNode::Kind::Map;
    data->where = node.is_map() ? node.where() : where_;
    data->path = path;
    if (node.is_map()) data->entries = node.entries();
    const std::string child_path = path.empty() ? key : path + "." + key;
    for (YamlEntry& entry : data->entries) {
      if (entry.key != key) continue;
      entry = {key, rest.empty() ? where_ : entry.key_where, set(entry.value, child_path, rest)};
      return YamlNode(std::move(data));
    }
    data->entries.push_back({key, where_, set(YamlNode(), child_path, rest)});
    return YamlNode(std::move(data));
  }

  YamlNode set_item(const YamlNode& node, const std::string& path, size_t index,
                    std::span<const Step> rest) const {
    if (!node.is_sequence() || index >= node.items().size()) {
      report(path, node.is_sequence() ? fmt::format("expected an index below {}, found {}",
                                                    node.items().size(), index)
                                      : fmt::format("expected a list, to set its item {}", index));
      return node;
    }
    auto data = std::make_shared<YamlData>();
    data->kind = YamlNode::Kind::Sequence;
    data->where = node.where();
    data->path = path;
    data->items = node.items();
    data->items[index] = set(data->items[index], fmt::format("{}[{}]", path, index), rest);
    return YamlNode(std::move(data));
  }

  void report(const std::string& path, const std::string& message) const {
    diagnostics_.error(where_, with_path(path, message));
  }

  Location where_;
  YamlNode value_;
  Diagnostics& diagnostics_;
};

/// Lays the document in `file` over the root.
YamlNode with_overlay(const YamlNode& root, const std::string& file, Diagnostics& diagnostics) {
  const size_t before = diagnostics.messages().size();
  const YamlNode overlay = read_yaml_file(file, diagnostics);
  if (overlay.is_map()) return merge(root, overlay);
  if (diagnostics.messages().size() == before)
    diagnostics.error({file, 0, 0}, "expected a map of values to lay over a document");
  return root;
}

YamlNode with_override(const YamlNode& root, const std::string& setting, Diagnostics& diagnostics) {
  if (setting.starts_with('@')) return with_overlay(root, setting.substr(1), diagnostics);
  const Location where{"--set " + setting, 0, 0};
  const size_t equals = setting.find('=');
  const std::string path = setting.substr(0, equals);
  const auto steps = parse_path(path);
  if (equals == std::string::npos || !steps) {
    diagnostics.error(where,
                      "expected PATH=VALUE with a path such as core.mtc.threads or loops[2].name");
    return root;
  }
  Diagnostics of_value;
  const YamlNode value =
      parse_yaml(std::string_view(setting).substr(equals + 1), "value", path, of_value);
  for (const std::string& message : of_value.messages()) diagnostics.error(where, message);
  if (!of_value.empty()) return root;
  return Setter(where, relocate(value, where), diagnostics).set(root, "", *steps);
}

}  // namespace

YamlNode with_overrides(const YamlNode& root, std::span<const std::string> settings,
                        Diagnostics& diagnostics) {
  YamlNode result = root;
  for (const std::string& setting : settings) result = with_override(result, setting, diagnostics);
  return result;
}

}  // namespace weft::base
