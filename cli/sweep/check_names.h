// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/sweep/resolve.h"

namespace weft::cli::sweep {

/// Holds the names of a sweep against its first point: axes that vary nothing, and names in
/// expressions that stand for nothing. UserError with every defect.
void check_names(const Sweep& sweep, const Point& first, const nlohmann::ordered_json& machine);

}  // namespace weft::cli::sweep
