// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/sweep/expression.h"

namespace weft::cli::sweep {

/// A proxy for the silicon that a machine's description asks for, in mm2 of a 7 nm process: memory
/// by its bits, arithmetic and engines by their number, interfaces by their bandwidth. It orders
/// machines of one kind and says what a part costs beside another; it is no floor plan. Undefined
/// for a document that describes no machine. The constants are in docs/sweeps.md.
Value area_mm2(const nlohmann::ordered_json& configuration);

}  // namespace weft::cli::sweep
