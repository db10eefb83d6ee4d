// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/program/access_kind.h"
#include "kernels/program/program.h"
#include "sim/machine/address_map.h"
#include "sim/machine/fabric_description.h"
#include "sim/machine/topology.h"

namespace weft::mapper {

/// The ways of a fabric between cores and memories for one program: how far an access is, and what
/// all accesses so far have put on memories and links.
class FabricWays {
 public:
  FabricWays(const program::Program& program, const machine::FabricDescription& fabric);

  /// A core that is not known: nearest to every memory, and nothing of its is put on links.
  static constexpr int kSomeCore = -1;

  /// Counts an access to contiguous bytes; returns the cycles to its farthest answer where nothing
  /// is in the way. Pieces that lie at different memories travel by themselves.
  uint64_t access(int core, program::AccessKind kind, uint64_t address, uint64_t bytes);
  /// From a memory controller's own core.
  uint64_t memory_cycles() const { return memory_cycles_; }

  const std::vector<double>& memory_bytes() const { return memory_bytes_; }
  const std::vector<double>& atomic_bytes() const { return atomic_bytes_; }
  std::vector<double> link_bytes() const;

 private:
  static constexpr uint64_t kHeaderBytes = 8;

  int cores() const { return static_cast<int>(memory_bytes_.size()); }
  size_t pair(int core, int memory) const {
    return static_cast<size_t>(core) * memory_bytes_.size() + static_cast<size_t>(memory);
  }
  void count(int core, int controller, program::AccessKind kind, uint64_t address, uint64_t bytes);

  machine::Topology topology_;
  machine::AddressMap map_;
  std::vector<const machine::Region*> regions_;
  uint64_t memory_cycles_;
  uint64_t granularity_;
  bool flat_;
  std::vector<uint64_t> round_trip_;  // [core * cores + controller] cycles on the network
  std::vector<double> sent_;          // [core * cores + controller] bytes to the memory
  std::vector<double> returned_;      // the same for those that come back
  std::vector<double> memory_bytes_;  // [controller]
  std::vector<double> atomic_bytes_;
};

}  // namespace weft::mapper
