// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/yaml.h"

namespace weft::base {

/// Parses one YAML document into a located tree, without looking at `extends`. `root_path` is the
/// path of its root ("" for a file, "core.mtc" for the value of a setting). Defects go to
/// `diagnostics`.
YamlNode parse_yaml(std::string_view text, const std::string& name, const std::string& root_path,
                    Diagnostics& diagnostics);

/// Lays `top` over `base`: maps merge key by key in the order of `base`, anything else is replaced.
/// Both trees have the same root path, so no path changes.
YamlNode merge(const YamlNode& base, const YamlNode& top);

/// "path: message", or the message alone at the root of a document.
std::string with_path(const std::string& path, std::string_view message);

}  // namespace weft::base
