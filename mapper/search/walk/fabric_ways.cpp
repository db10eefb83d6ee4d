// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/walk/fabric_ways.h"

#include <algorithm>
#include <cmath>

#include "sim/machine/place_program.h"

namespace weft::mapper {

using program::AccessKind;

FabricWays::FabricWays(const program::Program& program, const machine::FabricDescription& fabric)
    : topology_(fabric),
      map_(fabric.total_cores(), fabric.memory.capacity_per_core, program::kRangeAlignment),
      regions_(machine::place_program(map_, program, fabric)),
      flat_(fabric.memory.standard == "flat") {
  // DRAM with banks may answer a row that is open at once.
  memory_cycles_ = flat_ ? static_cast<uint64_t>(fabric.memory.latency_ns * fabric.clock_ghz) : 0;
  granularity_ = flat_ ? static_cast<uint64_t>(fabric.memory.access_granularity_bytes) : 1;
  const int count = fabric.total_cores();
  const auto pairs = static_cast<size_t>(count) * static_cast<size_t>(count);
  memory_bytes_.assign(static_cast<size_t>(count), 0);
  atomic_bytes_ = memory_bytes_;
  sent_.assign(pairs, 0);
  returned_ = sent_;
  round_trip_.assign(pairs, 0);
  for (int core = 0; core < count; ++core) {
    for (int memory = 0; memory < count; ++memory) {
      const int from = topology_.router_of_core(core);
      const int to = topology_.router_of_core(memory);
      round_trip_[pair(core, memory)] = static_cast<uint64_t>(topology_.latency_cycles(from, to) +
                                                              topology_.latency_cycles(to, from));
    }
  }
}

void FabricWays::count(int core, int controller, AccessKind kind, uint64_t address,
                       uint64_t bytes) {
  const uint64_t pieces = (address + bytes - 1) / granularity_ - address / granularity_ + 1;
  const auto moved = static_cast<double>(pieces * granularity_);
  const bool atomic = kind == AccessKind::Atomic;
  memory_bytes_[static_cast<size_t>(controller)] += atomic ? 2 * moved : moved;
  if (atomic) atomic_bytes_[static_cast<size_t>(controller)] += 2 * moved;
  if (core == kSomeCore || core == controller) return;
  const size_t way = pair(core, controller);
  const auto data = static_cast<double>(bytes);
  sent_[way] += kHeaderBytes + (kind == AccessKind::Read ? 0 : data);
  returned_[way] += kHeaderBytes + (kind == AccessKind::Write ? 0 : data);
}

uint64_t FabricWays::access(int core, AccessKind kind, uint64_t address, uint64_t bytes) {
  if (cores() == 1) {
    count(0, 0, kind, address, bytes);
    return memory_cycles_;
  }
  uint64_t farthest = 0;
  const machine::Region& region =
      regions_.size() == 1 ? *regions_.front() : map_.region_at(static_cast<int64_t>(address));
  for (const uint64_t end = address + bytes; address < end;) {
    const auto at = static_cast<int64_t>(address);
    const int controller = region.locate(at, std::max(core, 0)).controller;
    const uint64_t piece =
        std::min(end - address, static_cast<uint64_t>(region.bytes_to_border(at)));
    count(core, controller, kind, address, piece);
    if (core != kSomeCore) {
      farthest = std::max(farthest, round_trip_[pair(core, controller)]);
    }
    address += piece;
  }
  return memory_cycles_ + farthest;
}

std::vector<double> FabricWays::link_bytes() const {
  std::vector<double> links(topology_.links().size(), 0);
  for (int core = 0; core < cores(); ++core) {
    for (int memory = 0; memory < cores(); ++memory) {
      const size_t way = pair(core, memory);
      if (sent_[way] == 0) continue;
      const int from = topology_.router_of_core(core);
      const int to = topology_.router_of_core(memory);
      topology_.visit_route(from, to,
                            [&](int link, int) { links[static_cast<size_t>(link)] += sent_[way]; });
      topology_.visit_route(
          to, from, [&](int link, int) { links[static_cast<size_t>(link)] += returned_[way]; });
    }
  }
  return links;
}

}  // namespace weft::mapper
