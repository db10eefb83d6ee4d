// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "base/yaml.h"

namespace weft::base {

/// One line of a generated parameter table.
struct ParameterRow {
  std::string path;     ///< "core.mtc.threads"
  std::string allowed;  ///< "an integer in [1, 1024]"
  std::string initial;  ///< "16", or "required"
  std::string meaning;
};

/// The rows as a Markdown table with a header.
std::string markdown_table(const std::vector<ParameterRow>& rows);

/// How the value of one parameter is read, written and described. Implementations work on untyped
/// memory so that they are compiled once; base/schema.h, which pairs them with members of the right
/// C++ type, is the only way to use them.
class ValueType {
 public:
  virtual ~ValueType() = default;

  /// Reads `node` into `target`. A defect is reported with `meaning` in brackets, and leaves
  /// `target` as it was.
  virtual void read(const YamlNode& node, void* target, const std::string& meaning,
                    Diagnostics& diagnostics) const = 0;
  /// The value as JSON; since JSON is YAML, read() accepts it again.
  virtual nlohmann::ordered_json write(const void* source) const = 0;
  /// The JSON schema (draft 2020-12) of the value.
  virtual nlohmann::ordered_json json_schema() const = 0;
  /// What is allowed, in words that follow "expected".
  virtual std::string expectation() const = 0;
  /// Appends the table rows of the value: `row` completed, or one row for each value inside.
  virtual void append_rows(ParameterRow row, const void* initial,
                           std::vector<ParameterRow>& rows) const;
};

/// Reports "expected ..., found ... (meaning)".
void refuse(const YamlNode& node, const std::string& expected, const std::string& meaning,
            Diagnostics& diagnostics);

/// Reports a key that does not exist, with the nearest one that does.
void refuse_key(const YamlNode& map, const YamlEntry& entry, const std::vector<std::string>& known,
                Diagnostics& diagnostics);

}  // namespace weft::base
