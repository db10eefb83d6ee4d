// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/yaml.h"

namespace weft::ir {

/// Undoes what YAML does to a comma inside parentheses. In flow style `weight: flops(A,B)` reads as
/// the entries `weight: flops(A` and `B)`, and `[nm(k%4, 2:4)]` as two items; since no text of the
/// kernel language has an open parenthesis, pieces are put together again until it closes. Quoted
/// texts are left as they are, and so is what never closes. Columns stay exact.
base::YamlNode rejoin_calls(const base::YamlNode& document);

}  // namespace weft::ir
