// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/machine/fabric_description.h"
#include "sim/machine/topology.h"

namespace weft::cli {

/// What the links of a fabric carry, as text: the routers of the die with the busiest mesh link,
/// and beside each link a digit for the tenths of the busiest one's bytes; then a matrix of the
/// links between dies. `link_bytes`: [link of the topology]. Empty where nothing is carried.
std::string link_picture(const std::vector<double>& link_bytes,
                         const machine::FabricDescription& fabric,
                         const machine::Topology& topology);

}  // namespace weft::cli
