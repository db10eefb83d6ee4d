// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/walk/nest_floors.h"

#include <algorithm>
#include <cmath>

#include "sim/machine/topology.h"

namespace weft::mapper {

namespace {

double busiest(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::ranges::max_element(values);
}

double network_cycles(const NestWork& work, const machine::FabricDescription& fabric) {
  const machine::Topology topology(fabric);
  double cycles = 0;
  for (size_t i = 0; i < work.link_bytes.size(); ++i)
    cycles = std::max(cycles, work.link_bytes[i] / topology.links()[i].bytes_per_cycle);
  return cycles;
}

}  // namespace

NestFloors nest_floors(const NestWork& work, const machine::FabricDescription& fabric,
                       double compulsory_bytes) {
  const double cycle_s = 1e-9 / fabric.clock_ghz;
  const auto cores = static_cast<double>(fabric.total_cores());
  const double pipelines = cores * fabric.core.mtc.count;
  const double memory_bytes_per_s = fabric.memory.gb_s_per_core * 1e9;
  NestFloors floors;
  floors.issue = std::max(work.slots / pipelines, work.pipeline_slots) * cycle_s;
  floors.compulsory = compulsory_bytes / (cores * memory_bytes_per_s);
  floors.dram = busiest(work.memory_bytes) / memory_bytes_per_s;
  floors.path = work.path_cycles * cycle_s;
  floors.latency = work.thread_cycles / (pipelines * fabric.core.mtc.threads) * cycle_s;
  floors.atomics = busiest(work.atomic_bytes) / memory_bytes_per_s;
  // The engines have so many requests in flight, and each is as far away as memory is.
  const bool flat = fabric.memory.standard == "flat";
  const double latency_s = flat ? fabric.memory.latency_ns * 1e-9 : 0;
  floors.dma = work.dma_requests * latency_s /
               (fabric.dma.outstanding * std::max(1, fabric.dma.engines_per_core));
  floors.network = network_cycles(work, fabric) * cycle_s;
  return floors;
}

}  // namespace weft::mapper
