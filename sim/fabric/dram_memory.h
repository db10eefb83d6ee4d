// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/machine/fabric_description.h"
#include "sim/memory/memory_controller.h"
#include "sim/memory/memory_model.h"

namespace weft::sim {

/// The memory of one core of a fabric: a memory controller and the DRAM that the machine names, set
/// to the machine's bandwidth, latency, access granularity, banks and rows. A write is done when
/// the controller has accepted it.
class DramMemory {
 public:
  explicit DramMemory(const DramConfig& config) : controller_(config) {}

  uint64_t access(uint64_t arrival_ps, AccessKind kind, uint64_t address, uint32_t bytes) {
    return controller_.access(arrival_ps, address, bytes, kind);
  }

  /// Two requests, the second leaving when the first is back.
  uint64_t access_pair(uint64_t arrival_ps, AccessKind kind, Place first, Place second) {
    const uint64_t back = access(arrival_ps, kind, first.address, first.bytes);
    return access(back, kind, second.address, second.bytes);
  }

  /// Bytes as whole bursts moved; an atomic moves one in each direction.
  MemoryCounters counters() const;
  /// [channel] bytes moved, either way.
  std::vector<uint64_t> channel_bytes() const;

 private:
  MemoryController controller_;
};

/// The DRAM preset `base` as one core of `fabric` has it. Throws UserError where the two do not fit
/// together.
DramConfig dram_of_core(const DramConfig& base, const machine::FabricDescription& fabric);

}  // namespace weft::sim
