// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/simulate.h"

namespace weft::cli {

/// What each resource of the machine needs at least for a mapping, and how the bound would fall
/// with twice as much of it. `request.kernel` names the mapping, or a kernel, whose holes take
/// their first choices. `resimulate`: also the simulated time, and that of machines with each
/// resource twice as fast. UserError where the mapping does not fit, with the cheapest way out.
std::string explain(const SimulateRequest& request, bool resimulate, bool colour);

}  // namespace weft::cli
