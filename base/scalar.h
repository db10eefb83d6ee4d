// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/yaml.h"

namespace weft::base {

/// The scalar as a decimal integer, or nothing where it is none (or quoted, or beyond 64 bits).
std::optional<int64_t> as_integer(const YamlNode& node);

/// The scalar as a finite decimal number, or nothing where it is none (or quoted).
std::optional<double> as_real(const YamlNode& node);

/// `true` or `false`, and nothing else: the other words of YAML 1.1 (yes, on, y) are read as text.
std::optional<bool> as_bool(const YamlNode& node);

/// A finite number that fills all of `text`, independent of the locale.
std::optional<double> parse_real(std::string_view text);

/// What was found, for an error message: "'sixteen'", "a map", "a list" or "nothing". Long text is
/// cut.
std::string describe(const YamlNode& node);

/// Reports "place: path: message" for a value.
void report(const YamlNode& node, std::string_view message, Diagnostics& diagnostics);

/// Reports "place: path.key: message" for the key of an entry of `map`.
void report_key(const YamlNode& map, const YamlEntry& entry, std::string_view message,
                Diagnostics& diagnostics);

/// The node at `path` ("topology.offdie.ports") or, where it was not written, the deepest one on
/// the way to it.
const YamlNode& nearest_node(const YamlNode& root, std::string_view path);

/// Reports a defect of the value at `path` whether it was written or came from a default.
void report_at(const YamlNode& root, const std::string& path, std::string_view message,
               Diagnostics& diagnostics);

}  // namespace weft::base
