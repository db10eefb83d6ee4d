// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace weft::cli::report {

/// A mapping (the `mapping` of a result, as JSON) as nested boxes: one for each loop, from the
/// outside in, with who runs it, its tile, and which tensors are held or accumulated there; the
/// statement lies in the innermost. Boxes of loops that run in parallel have the colour of what
/// runs them. Empty where the mapping says no order of loops.
std::string draw_loops(const std::string& mapping);

}  // namespace weft::cli::report
