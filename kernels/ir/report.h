// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/yaml.h"

namespace weft::ir {

/// Where an element of a document was written. Places never take part in comparisons: two elements
/// that differ only in their place are equal, so that a document equals what is read back from its
/// own text.
struct Origin : base::Location {
  bool operator==(const Origin&) const { return true; }
};

/// Records "file:line:col: error: message", the form of every message about a kernel document.
void report(base::Diagnostics& diagnostics, const base::Location& where, std::string_view message);

/// Records "unknown KIND 'WORD' in CONTEXT" with the near miss among `known`; where nothing is near
/// and the choice is small, with the whole choice.
void report_unknown(base::Diagnostics& diagnostics, const base::Location& where,
                    std::string_view kind, std::string_view word, std::string_view context,
                    std::span<const std::string> known);

/// Where the text of a scalar begins: behind the opening quote, if it has one.
base::Location text_begin(const base::YamlNode& scalar);

}  // namespace weft::ir
