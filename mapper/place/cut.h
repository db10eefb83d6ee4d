// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/machine/topology.h"

namespace weft::mapper {

/// The most bytes per cycle that links can carry from the first half of `cores` to the others, over
/// whatever routes: the maximum flow between the routers of both, which is what their narrowest cut
/// lets through (Ford and Fulkerson, 1956). `back`: from the others to the first half.
double halves_bytes_per_cycle(const machine::Topology& topology, int cores, bool back);

}  // namespace weft::mapper
