// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weft::base {

struct YamlData;
struct YamlEntry;

/// A node of a merged YAML document: an immutable tree in which every node knows the file, line and
/// column it was written at and its path ("core.mtc.threads"), after `extends` and overrides have
/// been applied. Copying a node copies a pointer.
class YamlNode {
 public:
  enum class Kind { Null, Scalar, Sequence, Map };

  YamlNode();
  explicit YamlNode(std::shared_ptr<const YamlData> data) : data_(std::move(data)) {}

  Kind kind() const;
  bool is_null() const { return kind() == Kind::Null; }
  bool is_scalar() const { return kind() == Kind::Scalar; }
  bool is_sequence() const { return kind() == Kind::Sequence; }
  bool is_map() const { return kind() == Kind::Map; }

  /// Where the value begins.
  const Location& where() const;
  /// The dotted path from the root; list items as "loops[2]".
  const std::string& path() const;
  /// The text of a scalar, without quotes. Precondition: is_scalar().
  const std::string& scalar() const;
  /// True where the scalar was written in quotes and is therefore text, whatever it looks like.
  bool quoted() const;
  /// Precondition: is_sequence().
  const std::vector<YamlNode>& items() const;
  /// Entries of a map in document order. Precondition: is_map().
  const std::vector<YamlEntry>& entries() const;
  /// The value of `key`, or nullptr; nullptr too where this is no map.
  const YamlNode* find(std::string_view key) const;

 private:
  std::shared_ptr<const YamlData> data_;
};

/// A key of a map with its value, in the order of the document.
struct YamlEntry {
  std::string key;
  Location key_where;
  YamlNode value;
};

/// What a YamlNode stands for; nodes share it.
struct YamlData {
  YamlNode::Kind kind = YamlNode::Kind::Null;
  Location where;
  std::string path;
  std::string scalar;
  bool quoted = false;
  std::vector<YamlNode> items;
  std::vector<YamlEntry> entries;
};

/// Reads a document and everything it extends (`extends: FILE`, relative to its own file; maps
/// merge key by key, anything else replaces). Refuses duplicate keys, cyclic `extends`, `<<`,
/// anchors and integers with leading zeros. Defects go to `diagnostics`; the node is then what
/// could be read.
YamlNode read_yaml_file(const std::filesystem::path& file, Diagnostics& diagnostics);

/// The same for text that is at hand; `name` stands for the file in messages and anchors `extends`.
YamlNode read_yaml_text(std::string_view text, const std::string& name, Diagnostics& diagnostics);

/// Applies "a.b.c=value" settings (the value in YAML syntax). A path that the document does not
/// have is added, so that the schema can name the near misses; its location is "--set a.b.c=value".
/// "@FILE" lays a whole document over what is there, key by key.
YamlNode with_overrides(const YamlNode& root, std::span<const std::string> settings,
                        Diagnostics& diagnostics);

}  // namespace weft::base
