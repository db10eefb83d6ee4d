// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mapper/compile/builder.h"
#include "sim/machine/fabric_description.h"
#include "sim/machine/topology.h"

namespace weft::mapper {

/// What a sparse product asks the memories of a fabric for, by where its operands lie: every entry
/// of A once and the row of B that it names, as far as they are read past the caches.
struct PlacedTraffic {
  RowShares work;                    // owners of the rows of C; empty: whoever is free asks
  std::vector<double> served_bytes;  // [core] by its memory at least
  std::vector<double> link_bytes;    // [link] of answers; where askers are not known, the expected
                                     // ones if all cores ask alike
  double cut_bytes = 0;              // that cross between the halves of the cores, whoever asks
  double cut_bytes_per_cycle = 0;    // that links can carry across, both ways together
  double network_cycles = 0;  // at least: for what crosses and, where askers are known, for the
                              // busiest link
};

/// Nothing where the machine has one core or the plan is not a row-wise product with a table.
/// Precondition: the plan passed check_plan().
std::optional<PlacedTraffic> placed_traffic(const SpgemmPlan& plan, const FabricTarget& target,
                                            const machine::FabricDescription& fabric,
                                            const machine::Topology& topology,
                                            const SpgemmOperands& operands);

}  // namespace weft::mapper
