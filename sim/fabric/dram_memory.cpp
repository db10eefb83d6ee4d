// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/dram_memory.h"

#include <algorithm>

namespace weft::sim {

MemoryCounters DramMemory::counters() const {
  const MemoryController::Counters c = controller_.counters();
  const auto burst = static_cast<uint64_t>(controller_.config().organization.burst_bytes);
  MemoryCounters counters;
  counters.accesses = static_cast<uint64_t>(c.bursts);
  counters.row_hits = static_cast<uint64_t>(c.row_hits);
  counters.atomics = static_cast<uint64_t>(c.atomics);
  for (const DramChannel& channel : controller_.channels()) {
    counters.read_bytes += static_cast<uint64_t>(channel.counters().reads) * burst;
    counters.write_bytes += static_cast<uint64_t>(channel.counters().writes) * burst;
  }
  return counters;
}

std::vector<uint64_t> DramMemory::channel_bytes() const {
  const int64_t burst = controller_.config().organization.burst_bytes;
  std::vector<uint64_t> bytes;
  for (const DramChannel& channel : controller_.channels()) {
    const DramChannel::Counters counted = channel.counters();
    bytes.push_back(static_cast<uint64_t>((counted.reads + counted.writes) * burst));
  }
  return bytes;
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
