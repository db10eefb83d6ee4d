// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/search/placed_traffic.h"
#include "mapper/search/spgemm_histogram.h"
#include "sim/machine/fabric_description.h"

namespace weft::mapper {

/// Seconds that each resource of a fabric needs at least for a sparse product.
struct FabricFloors {
  double issue = 0;       // instructions of all products over all pipelines
  double compulsory = 0;  // every byte of the operands and the result once
  double dram = 0;        // bytes that the words of the schedule move, or the busiest memory's
  double path = 0;        // the heaviest row; of windows, one after the other, the heaviest thread
  double latency = 0;     // what threads wait for, over all threads
  double atomics = 0;     // adds to values in memory
  double dma = 0;         // requests of the engines, so many in flight
  double network = 0;     // what crosses between halves of the machine, or the busiest link
};

/// The floors of a plan. Where the DRAM behind the controllers is not `flat`, its latency and the
/// accesses that it may merge do not count. `traffic`: of the plan's places; null where one core or
/// the dataflow leaves nothing to say. `probes`: of each row, see probes_behind_first(); null where
/// the plan has no windows.
FabricFloors fabric_floors(const SpgemmPlan& plan, const FabricTarget& target,
                           const machine::FabricDescription& fabric,
                           const SpgemmHistogram& histogram, const PlacedTraffic* traffic,
                           const std::vector<double>* probes);

}  // namespace weft::mapper
