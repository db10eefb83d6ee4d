// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/yaml.h"
#include "kernels/ir/kernel.h"

namespace weft::ir {

/// The blocks of a document, each read into the kernel on top of the blocks before it. Every defect
/// is recorded, and a name that was written is kept even where its value is defective, so that
/// later blocks can refer to it.

/// `params` and `index`, with the names in extents.
void read_ranks(const base::YamlNode& document, Kernel& kernel, base::Diagnostics& diagnostics);

/// `tensors`.
void read_tensors(const base::YamlNode& document, Kernel& kernel, base::Diagnostics& diagnostics);

/// `compute`.
void read_compute(const base::YamlNode& document, Kernel& kernel, base::Diagnostics& diagnostics);

/// `schedule` and `bind`, names not yet checked.
void read_schedule(const base::YamlNode& document, Kernel& kernel, base::Diagnostics& diagnostics);

/// True for a map; otherwise reports that `what` must be one.
bool expect_map(const base::YamlNode& node, std::string_view what, base::Diagnostics& diagnostics);

/// True for a name that expressions can write; otherwise reports it.
bool expect_identifier(const base::YamlEntry& entry, std::string_view what,
                       base::Diagnostics& diagnostics);

/// The entries of a map of the document; none, with a message, where it is no map.
const std::vector<base::YamlEntry>& entries_of(const base::YamlNode& document, const char* key,
                                               base::Diagnostics& diagnostics);

}  // namespace weft::ir
