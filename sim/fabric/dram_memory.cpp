// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/dram_memory.h"

#include <algorithm>

namespace weft::sim {

MemoryCounters DramMemory::counters() const {
  const MemoryController::Counters c = controller_.counters();
  const auto burst = static_cast<uint64_t>(controller_.config().organization.burst_bytes);
  const auto moved = static_cast<uint64_t>(c.bursts) * burst;
  const auto asked = static_cast<double>(std::max<int64_t>(1, c.read_bytes + c.write_bytes));
  MemoryCounters counters;
  counters.accesses = static_cast<uint64_t>(c.bursts);
  counters.row_hits = static_cast<uint64_t>(c.row_hits);
  counters.atomics = static_cast<uint64_t>(c.atomics);
  counters.read_bytes =
      static_cast<uint64_t>(static_cast<double>(moved) * static_cast<double>(c.read_bytes) / asked);
  counters.write_bytes = moved - counters.read_bytes;
  return counters;
}

DramConfig dram_of_core(const DramConfig& base, const machine::FabricDescription& fabric) {
  DramConfig config = base;
  config.channels = static_cast<int>(fabric.memory.channels);
  config.organization.burst_bytes = fabric.memory.access_granularity_bytes;
  config.organization.row_bytes = fabric.memory.row_bytes;
  config.organization.banks_per_group =
      std::max(1, static_cast<int>(fabric.memory.banks) / config.organization.bank_groups);
  return with_bandwidth_and_latency(config, fabric.memory.gb_s_per_core, fabric.memory.latency_ns);
}

}  // namespace weft::sim
