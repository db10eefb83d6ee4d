// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text_file.h"
#include "base/yaml_parser.h"

namespace weft::base {

namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxExtendsChain = 32;

/// A file of an `extends` chain: its name in messages, and its identity on the disk.
struct ChainLink {
  std::string name;
  fs::path identity;
};

using Chain = std::vector<ChainLink>;

fs::path identity_of(const fs::path& file) {
  std::error_code ignored;
  const fs::path canonical = fs::weakly_canonical(file, ignored);
  return canonical.empty() ? file.lexically_normal() : canonical;
}

YamlNode without_entry(const YamlNode& map, std::string_view key) {
  auto data = std::make_shared<YamlData>();
  data->kind = YamlNode::Kind::Map;
  data->where = map.where();
  data->path = map.path();
  for (const YamlEntry& entry : map.entries()) {
    if (entry.key != key) data->entries.push_back(entry);
  }
  return YamlNode(std::move(data));
}

std::string describe_cycle(const Chain& chain, const std::string& again) {
  std::string words;
  for (const ChainLink& link : chain) words += link.name + " -> ";
  return words + again;
}

YamlNode resolve_extends(const YamlNode& document, Chain& chain, Diagnostics& diagnostics);

/// Reads the file that `reference`, the value of `extends`, names; nothing where that fails.
YamlNode read_extended(const YamlNode& reference, Chain& chain, Diagnostics& diagnostics) {
  const auto refuse = [&](const std::string& message) {
    diagnostics.error(reference.where(), with_path(reference.path(), message));
    return YamlNode();
  };
  if (!reference.is_scalar()) return refuse("expected the name of one file");
  const fs::path file =
      (fs::path(chain.back().name).parent_path() / reference.scalar()).lexically_normal();
  const fs::path identity = identity_of(file);
  const bool cyclic = std::any_of(chain.begin(), chain.end(),
                                  [&](const ChainLink& link) { return link.identity == identity; });
  if (cyclic) {
    return refuse(fmt::format("expected a chain without a cycle, found {}",
                              describe_cycle(chain, file.string())));
  }
  if (chain.size() >= kMaxExtendsChain) {
    return refuse(fmt::format("expected a chain of at most {} files", kMaxExtendsChain));
  }
  const TextFile content = read_text_file(file);
  if (!content.problem.empty()) {
    return refuse(
        fmt::format("expected a document in '{}', found {}", file.string(), content.problem));
  }
  chain.push_back({file.string(), identity});
  YamlNode base =
      resolve_extends(parse_yaml(content.text, file.string(), "", diagnostics), chain, diagnostics);
  chain.pop_back();
  return base;
}

YamlNode resolve_extends(const YamlNode& document, Chain& chain, Diagnostics& diagnostics) {
  const YamlNode* reference = document.find("extends");
  if (reference == nullptr) return document;
  const YamlNode own = without_entry(document, "extends");
  const YamlNode base = read_extended(*reference, chain, diagnostics);
  return merge(base, own);
}

}  // namespace

YamlNode merge(const YamlNode& base, const YamlNode& top) {
  if (!base.is_map() || !top.is_map()) return top;
  auto data = std::make_shared<YamlData>();
  data->kind = YamlNode::Kind::Map;
  data->where = top.where();
  data->path = top.path();
  for (const YamlEntry& below : base.entries()) {
    const auto& over = top.entries();
    const auto match = std::find_if(over.begin(), over.end(),
                                    [&](const YamlEntry& e) { return e.key == below.key; });
    data->entries.push_back(match == over.end() ? below
                                                : YamlEntry{match->key, match->key_where,
                                                            merge(below.value, match->value)});
  }
  for (const YamlEntry& above : top.entries()) {
    if (base.find(above.key) == nullptr) data->entries.push_back(above);
  }
  return YamlNode(std::move(data));
}

YamlNode::YamlNode() {
  static const auto nothing = std::make_shared<const YamlData>();
  data_ = nothing;
}

YamlNode::Kind YamlNode::kind() const {
  return data_->kind;
}

const Location& YamlNode::where() const {
  return data_->where;
}

const std::string& YamlNode::path() const {
  return data_->path;
}

const std::string& YamlNode::scalar() const {
  WEFT_CHECK(is_scalar(), "scalar() of a node that is none");
  return data_->scalar;
}

bool YamlNode::quoted() const {
  return data_->quoted;
}

const std::vector<YamlNode>& YamlNode::items() const {
  WEFT_CHECK(is_sequence(), "items() of a node that is no list");
  return data_->items;
}

const std::vector<YamlEntry>& YamlNode::entries() const {
  WEFT_CHECK(is_map(), "entries() of a node that is no map");
  return data_->entries;
}

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto match = std::find_if(data_->entries.begin(), data_->entries.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  return match == data_->entries.end() ? nullptr : &match->value;
}

YamlNode read_yaml_file(const std::filesystem::path& file, Diagnostics& diagnostics) {
  const TextFile content = read_text_file(file);
  if (!content.problem.empty()) {
    diagnostics.error({file.string(), 0, 0},
                      fmt::format("expected a YAML document, found {}", content.problem));
    return YamlNode();
  }
  return read_yaml_text(content.text, file.string(), diagnostics);
}

YamlNode read_yaml_text(std::string_view text, const std::string& name, Diagnostics& diagnostics) {
  Chain chain{{name, identity_of(name)}};
  return resolve_extends(parse_yaml(text, name, "", diagnostics), chain, diagnostics);
}

}  // namespace weft::base
