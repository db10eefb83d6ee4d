// SPDX-License-Identifier: Apache-2.0
#include "cli/document_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/scalar.h"
#include "kernels/tensor/generate.h"
#include "kernels/tensor/source.h"

namespace weft::cli {

using base::YamlNode;

void DocumentReader::expected(const YamlNode& node, std::string_view what) {
  const std::string prefix = node.path().empty() ? std::string{} : node.path() + ": ";
  diagnostics_.error(node.where(),
                     fmt::format("{}expected {}, found {}", prefix, what, base::describe(node)));
}

std::string DocumentReader::text(const YamlNode& node, std::string_view what) {
  if (node.is_scalar() && !node.scalar().empty()) return node.scalar();
  expected(node, what);
  return {};
}

bool DocumentReader::boolean(const YamlNode& node) {
  if (const auto value = base::as_bool(node)) return *value;
  expected(node, "true or false");
  return true;
}

int64_t DocumentReader::count(const YamlNode& node, int64_t least, int64_t most) {
  const auto value = base::as_integer(node);
  if (value && *value >= least && *value <= most) return *value;
  expected(node, fmt::format("an integer in [{}, {}]", least, most));
  return least;
}

double DocumentReader::seconds(const YamlNode& node) {
  const auto value = base::as_real(node);
  if (value && *value > 0) return *value;
  expected(node, "a positive number of seconds");
  return 0;
}

std::string DocumentReader::required(const YamlNode& map, const char* key) {
  if (const YamlNode* node = map.find(key)) return text(*node, "text");
  const std::string prefix = map.path().empty() ? std::string{} : map.path() + ": ";
  diagnostics_.error(map.where(), fmt::format("{}missing key '{}'", prefix, key));
  return {};
}

std::string DocumentReader::name_of(const YamlNode& root, std::string_view what) {
  std::string name = required(root, "name");
  if (name.find('/') != std::string::npos || name == "." || name == "..")
    expected(*root.find("name"), fmt::format("a name without '/', since it names {}", what));
  return name;
}

void DocumentReader::require_version_1(const YamlNode& root, const char* key) {
  if (const YamlNode* version = root.find(key); version == nullptr) {
    required(root, key);
  } else if (!version->is_scalar() || version->scalar() != "1") {
    expected(*version, "version 1");
  }
}

void DocumentReader::refuse_unknown_keys(const YamlNode& map,
                                         const std::vector<std::string>& known) {
  for (const base::YamlEntry& entry : entries_of(map)) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    diagnostics_.error(entry.key_where,
                       fmt::format("{}: unknown key '{}'{}", entry.value.path(), entry.key,
                                   base::did_you_mean(entry.key, known)));
  }
}

std::vector<YamlNode> DocumentReader::list(const YamlNode& map, const char* key) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) return {};
  return node->is_sequence() ? node->items() : std::vector<YamlNode>{*node};
}

std::vector<std::string> DocumentReader::names(const YamlNode& map, const char* key,
                                               std::string_view what) {
  std::vector<std::string> result;
  for (const YamlNode& item : list(map, key)) result.push_back(text(item, what));
  return result;
}

std::vector<std::string> DocumentReader::assignments(const YamlNode& map, const char* key,
                                                     std::string_view what) {
  std::vector<std::string> result;
  const YamlNode* node = map.find(key);
  if (node == nullptr) return result;
  if (!node->is_map()) expected(*node, what);
  for (const base::YamlEntry& entry : entries_of(*node)) {
    result.push_back(fmt::format("{}={}", entry.key, text(entry.value, "a value")));
  }
  return result;
}

std::vector<base::Location> DocumentReader::places(const YamlNode& map, const char* key) {
  std::vector<base::Location> result;
  if (const YamlNode* node = map.find(key)) {
    for (const base::YamlEntry& entry : entries_of(*node)) result.push_back(entry.key_where);
  }
  return result;
}

const std::vector<base::YamlEntry>& DocumentReader::entries_of(const YamlNode& node) {
  static const std::vector<base::YamlEntry> none;
  return node.is_map() ? node.entries() : none;
}

std::string DocumentReader::file(const std::string& name) const {
  return name.empty() ? name : (folder_ / name).lexically_normal().string();
}

std::string DocumentReader::document(const std::string& name) const {
  const bool is_file = name.find('/') != std::string::npos || name.ends_with(".yaml");
  return is_file ? file(name) : name;
}

std::string DocumentReader::source(const std::string& spec) const {
  const bool other_tensor = spec == "A" || spec.ends_with("^T");
  if (other_tensor) return spec;
  if (!tensor::is_generator_spec(spec)) return file(spec);
  return tensor::rename_spec_files(spec, [&](const std::string& name) { return file(name); });
}

}  // namespace weft::cli
