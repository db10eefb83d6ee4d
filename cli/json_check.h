// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"

namespace weft::cli {

/// Checks a JSON document against a JSON schema (draft 2020-12), of which it knows the words that
/// Weft's own schemas use: type, const, enum, properties, required, additionalProperties, items,
/// minimum and `$ref` into
/// `$defs`. Every defect goes to `diagnostics` as "FILE: path: expected X, found Y".
void check_json(const nlohmann::ordered_json& document, const nlohmann::ordered_json& schema,
                const std::string& file, base::Diagnostics& diagnostics);

}  // namespace weft::cli
