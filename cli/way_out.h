// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cli/simulate.h"
#include "sim/machine/machine_description.h"

namespace weft::cli {

/// A change of a machine under which some mapping fits.
struct WayOut {
  std::string setting;  // for --set
  double factor = 1;    // of what the machine has; of something that it lacks, infinite
};

/// The least change of one parameter under which a mapping of the request meets all constraints:
/// what the machine lacks is added, memories are doubled until one fits, 64 times at most. Tried,
/// not guessed: the mapspace is read anew for each change. None where no such change helps.
std::optional<WayOut> cheapest_way_out(const SimulateRequest& request,
                                       const machine::MachineDescription& machine);

}  // namespace weft::cli
