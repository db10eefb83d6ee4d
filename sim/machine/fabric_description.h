// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/machine/dma_operation.h"
#include "sim/machine/instruction_table.h"
#include "sim/machine/kind.h"

namespace weft::machine {

/// The routers of a die: a rectangle, neighbours joined by one link in each direction.
struct MeshDescription {
  int columns = 1;
  int rows = 1;
  int hop_cycles = 2;  // router and wire of one hop
  int link_bytes_per_cycle = 8;
};

/// The optical ports of a die and the two levels of links that they form: every die of a node is
/// joined to every other, and every die to its counterparts in the other nodes (a HyperX network).
struct OffdieDescription {
  int ports = 32;
  double gb_s_per_port = 32;  // in each direction
  double node_latency_ns = 60;
  double system_latency_ns = 110;
};

/// How many cores there are and how they are joined.
struct TopologyDescription {
  int dies = 1;
  int dies_per_node = 16;
  int cores_per_die = 1;
  MeshDescription mesh;
  OffdieDescription offdie;
};

/// The multi-threaded pipelines of a core: in order, one issue per cycle, threads in turn.
struct MtcDescription {
  int count = 4;
  int threads = 16;
  int pipeline_cycles = 1;  // between two instructions of one thread
  int outstanding_per_thread = 1;
};

/// The single-threaded pipelines of a core, which stall when a value is used and not when it is
/// loaded.
struct StcDescription {
  int count = 2;
  int pipeline_cycles = 1;
  int outstanding = 4;
};

/// The data cache of a pipeline; caches do not agree with each other, and addresses can bypass
/// them.
struct DcacheDescription {
  int64_t bytes = 16384;
  int64_t line_bytes = 64;
  int ways = 4;
  int hit_cycles = 2;
};

/// The banked scratchpad memory of a core.
struct SpadDescription {
  int64_t bytes = 4194304;
  int banks = 16;
  int64_t bank_bytes = 8;  // that a bank moves in a cycle
  int latency_cycles = 8;
};

/// A core ("block" in the older texts).
struct CoreDescription {
  MtcDescription mtc;
  StcDescription stc;
  int registers_per_thread = 32;
  DcacheDescription dcache;
  SpadDescription spad;
  int atomic_cycles = 4;  // of an atomic at the scratchpad, on top of its latency
};

/// The DMA engines of a core.
struct DmaDescription {
  int engines_per_core = 1;
  int queues = 2;
  int outstanding = 64;  // requests in flight per queue and engine
  int64_t request_bytes = 8;
  int descriptor_cycles = 8;
  int64_t spad_bytes_per_cycle = 64;
  std::vector<DmaOperation> operations = {
      DmaOperation::Copy,     DmaOperation::Strided,   DmaOperation::Gather, DmaOperation::Scatter,
      DmaOperation::Indirect, DmaOperation::Broadcast, DmaOperation::Reduce};
};

/// Hands out work items in order.
struct QueueEngineDescription {
  bool enabled = true;
  int dequeue_cycles = 16;
};

/// Barriers and reductions over threads.
struct CollectiveEngineDescription {
  bool enabled = true;
  int barrier_cycles = 32;
};

/// The granularities that an address can choose between, and the one for data that chooses none. In
/// effect none is finer than the access granularity.
struct InterleaveDescription {
  std::vector<int64_t> choices_bytes = {8, 64, 512, 4096};
  int64_t default_bytes = 64;
};

/// The memory controller of a core and the DRAM behind it.
struct MemoryDescription {
  std::string standard = "flat";
  int64_t access_granularity_bytes = 8;
  double gb_s_per_core = 5.7;
  double latency_ns = 90;
  int channels = 1;  // per core; they share gb_s_per_core
  int banks = 32;    // per channel
  int64_t row_bytes = 1024;
  int atomic_cycles = 4;  // of an atomic at the controller, on top of its read and write
  InterleaveDescription interleave;
  int64_t capacity_per_core = int64_t{4} << 30;
};

/// Energy of events, and power that is drawn whatever happens.
struct EnergyDescription {
  double instruction_pj = 20;
  double fma_pj = 4;
  double dcache_access_pj = 8;
  double spad_access_pj = 12;
  double atomic_pj = 6;
  double dma_request_pj = 4;
  double mesh_byte_hop_pj = 0.6;
  double offdie_byte_pj = 22;
  double dram_byte_pj = 120;
  double static_w_per_core = 1;
};

/// A fabric of many-threaded cores in the manner of Intel's PIUMA: every parameter of a `kind:
/// fabric` document. The presets in configs/machines say where each value comes from.
struct FabricDescription {
  int machine = 1;  // version of the document's form
  Kind kind = Kind::Fabric;
  std::string name;
  double clock_ghz = 1;
  TopologyDescription topology;
  CoreDescription core;
  DmaDescription dma;
  QueueEngineDescription queue_engine;
  CollectiveEngineDescription collective_engine;
  MemoryDescription memory;
  std::map<std::string, double> instructions = default_instruction_slots();
  EnergyDescription energy;

  int total_cores() const { return topology.dies * topology.cores_per_die; }
  int threads_per_core() const { return core.mtc.count * core.mtc.threads + core.stc.count; }
  int64_t total_threads() const { return int64_t{threads_per_core()} * total_cores(); }

  /// Issue slots of an entry of the `instructions` table; the schema fills every one in.
  uint16_t issue_slots(const std::string& step) const;
  /// The time as whole core cycles, rounded up.
  int64_t cycles_of_ns(double time_ns) const;
  /// Bytes that a resource of this bandwidth moves in a core cycle.
  double bytes_per_cycle(double gb_s) const { return gb_s / clock_ghz; }
};

}  // namespace weft::machine
