// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/machine/machine_description.h"

namespace weft::cli {

/// A machine with one resource twice as fast as that of another.
struct Speedup {
  std::string resource;    // "memory bandwidth"
  std::string parameters;  // that differ: "memory.gb_s_per_core"
  machine::MachineDescription machine;
};

/// The speedups of a machine, one for each resource that a program may wait for: rates are doubled,
/// delays halved. Threads and capacities stay, so that mappings fit as before.
std::vector<Speedup> speedups_of(const machine::MachineDescription& machine);

}  // namespace weft::cli
