// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "base/quantity.h"
#include "sim/machine/checker.h"
#include "sim/machine/fabric_schema.h"
#include "sim/machine/topology.h"

namespace weft::machine {

namespace {

void check_topology(const TopologyDescription& topology, Checker& check) {
  const int64_t routers = int64_t{topology.mesh.columns} * topology.mesh.rows;
  check.require(
      routers >= topology.cores_per_die, "topology.mesh",
      fmt::format("expected at least {} routers, one for each core of a die, found {} x {}",
                  topology.cores_per_die, topology.mesh.columns, topology.mesh.rows));
  const bool whole_nodes =
      topology.dies <= topology.dies_per_node || topology.dies % topology.dies_per_node == 0;
  check.require(whole_nodes, "topology.dies",
                fmt::format("expected at most {0} dies (one node) or a multiple of {0}, found {1}",
                            topology.dies_per_node, topology.dies));
  const int peers = peers_of_die(topology);
  check.require(
      topology.offdie.ports >= peers, "topology.offdie.ports",
      fmt::format(
          "expected at least {}, a port to each peer of a die (the other dies of its node and its "
          "counterparts in the other nodes), found {}",
          peers, topology.offdie.ports));
}

void check_core(const CoreDescription& core, Checker& check) {
  check.require_power_of_two(core.spad.banks, "core.spad.banks");
  check.require_power_of_two(core.spad.bank_bytes, "core.spad.bank_bytes");
  const int64_t row = core.spad.banks * core.spad.bank_bytes;
  check.require(
      core.spad.bytes % row == 0, "core.spad.bytes",
      fmt::format("expected a multiple of {} ({} banks of {}), found {}", base::format_bytes(row),
                  core.spad.banks, base::format_bytes(core.spad.bank_bytes),
                  base::format_bytes(core.spad.bytes)));
  check.require_power_of_two(core.dcache.line_bytes, "core.dcache.line_bytes");
  const int64_t set = core.dcache.line_bytes * core.dcache.ways;
  check.require(core.dcache.bytes % set == 0 && is_power_of_two(core.dcache.bytes / set),
                "core.dcache.bytes",
                fmt::format("expected {} ({} ways of {}) times a power of two, found {}",
                            base::format_bytes(set), core.dcache.ways,
                            base::format_bytes(core.dcache.line_bytes),
                            base::format_bytes(core.dcache.bytes)));
}

void check_memory(const MemoryDescription& memory, Checker& check) {
  check.require_power_of_two(memory.access_granularity_bytes, "memory.access_granularity_bytes");
  check.require_power_of_two(memory.row_bytes, "memory.row_bytes");
  const auto& choices = memory.interleave.choices_bytes;
  const bool fine =
      !choices.empty() && std::all_of(choices.begin(), choices.end(), is_power_of_two);
  check.require(fine, "memory.interleave.choices_bytes",
                fmt::format("expected powers of two, found [{}]", fmt::join(choices, ", ")));
  check.require(
      std::find(choices.begin(), choices.end(), memory.interleave.default_bytes) != choices.end(),
      "memory.interleave.default_bytes",
      fmt::format("expected one of {}, found {}", fmt::join(choices, ", "),
                  memory.interleave.default_bytes));
}

}  // namespace

void check_fabric(const FabricDescription& fabric, const base::YamlNode& document,
                  base::Diagnostics& diagnostics) {
  Checker check(document, diagnostics);
  check_topology(fabric.topology, check);
  check_core(fabric.core, check);
  check_memory(fabric.memory, check);
  check.require_power_of_two(fabric.dma.request_bytes, "dma.request_bytes");
}

}  // namespace weft::machine
