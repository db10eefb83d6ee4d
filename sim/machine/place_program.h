// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/program/program.h"
#include "sim/machine/address_map.h"
#include "sim/machine/fabric_description.h"

namespace weft::machine {

/// Deals a program's addresses to the memory controllers: in turn, in the machine's default pieces,
/// but for the ranges that have a place of their own. The regions come by rising base. Throws
/// UserError where they exceed a memory.
std::vector<const Region*> place_program(AddressMap& map, const program::Program& program,
                                         const FabricDescription& fabric);

}  // namespace weft::machine
