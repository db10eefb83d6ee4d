// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"

namespace weft::cli {

/// Reads the parts that the documents of the command have in common: names of machines, kernels and
/// operands, which are relative to the document's own folder where they are files, and maps of
/// settings. Defects go to the diagnostics; what is returned is then what could be read.
class DocumentReader {
 public:
  DocumentReader(std::filesystem::path folder, base::Diagnostics& diagnostics)
      : folder_(std::move(folder)), diagnostics_(diagnostics) {}

  void expected(const base::YamlNode& node, std::string_view what);

  std::string text(const base::YamlNode& node, std::string_view what);
  bool boolean(const base::YamlNode& node);
  /// An integer in [least, most]; `least` where it is none.
  int64_t count(const base::YamlNode& node, int64_t least, int64_t most);
  /// A positive number of seconds; 0 where it is none.
  double seconds(const base::YamlNode& node);
  std::string required(const base::YamlNode& map, const char* key);
  /// The text under `name`, which also names `what`: no path, so that results stay in their folder.
  std::string name_of(const base::YamlNode& root, std::string_view what);
  /// The version of a document, whose key is `key`, must be 1.
  void require_version_1(const base::YamlNode& root, const char* key);

  void refuse_unknown_keys(const base::YamlNode& map, const std::vector<std::string>& known);

  /// The items of a list under `key`; a single value stands for a list of one.
  static std::vector<base::YamlNode> list(const base::YamlNode& map, const char* key);
  std::vector<std::string> names(const base::YamlNode& map, const char* key, std::string_view what);
  /// The entries of a map of scalars as "key=value".
  std::vector<std::string> assignments(const base::YamlNode& map, const char* key,
                                       std::string_view what);
  /// Where each of these is.
  static std::vector<base::Location> places(const base::YamlNode& map, const char* key);
  /// None where the node is no map.
  static const std::vector<base::YamlEntry>& entries_of(const base::YamlNode& node);

  std::string file(const std::string& name) const;
  /// A machine or kernel is a name of the library, or a file.
  std::string document(const std::string& name) const;
  /// A source is a generator, another tensor ("A", "A^T"), or a file.
  std::string source(const std::string& spec) const;

 private:
  std::filesystem::path folder_;
  base::Diagnostics& diagnostics_;
};

}  // namespace weft::cli
