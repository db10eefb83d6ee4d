// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/search/walk/nest_work.h"

namespace weft::mapper {

/// Seconds that each resource of a fabric needs at least for a loop nest.
struct NestFloors {
  double issue = 0;       // instructions over pipelines, or those of the busiest
  double compulsory = 0;  // every operand and result once
  double dram = 0;        // bytes that the mapping moves at the busiest memory
  double path = 0;        // threads by themselves, meeting at barriers
  double latency = 0;     // what threads wait for, over all threads
  double atomics = 0;     // bytes of adds in memory, at the busiest memory
  double dma = 0;         // requests in flight of a core's engines
  double network = 0;     // bytes of the busiest link
};

/// `compulsory_bytes`: of all operands and results.
NestFloors nest_floors(const NestWork& work, const machine::FabricDescription& fabric,
                       double compulsory_bytes);

}  // namespace weft::mapper
