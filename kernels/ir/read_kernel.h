// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/yaml.h"
#include "kernels/ir/kernel.h"

namespace weft::ir {

/// Turns a merged document into a kernel and checks all of it. Every defect is recorded; after a
/// defect the kernel is what could be read, and fit for nothing but further messages.
Kernel read_kernel(const base::YamlNode& document, base::Diagnostics& diagnostics);

/// Replaces the schedule of a kernel by the one of a mapping document that has no kernel of its
/// own, and its bind where the document has one.
void apply_mapping(const base::YamlNode& document, Kernel& kernel, base::Diagnostics& diagnostics);

}  // namespace weft::ir
