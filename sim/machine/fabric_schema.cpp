// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/fabric_schema.h"

#include "sim/machine/ranges.h"

namespace weft::machine {

namespace {

using base::above;
using base::at_least;
using base::IntegerRange;
using base::Schema;
using base::Unit;
using base::within;

constexpr IntegerRange kCycles{0, 100'000};
constexpr IntegerRange kCyclesFromOne{1, 100'000};

Schema<TopologyDescription> topology_schema() {
  using T = TopologyDescription;
  const auto mesh =
      Schema<MeshDescription>("the routers of a die")
          .integer("columns", &MeshDescription::columns, {1, 64}, "routers in a row of the mesh")
          .integer("rows", &MeshDescription::rows, {1, 64}, "rows of routers")
          .integer("hop_cycles", &MeshDescription::hop_cycles, kCyclesFromOne, "time of one hop")
          .integer("link_bytes_per_cycle", &MeshDescription::link_bytes_per_cycle, {1, 4096},
                   "width of a link in each direction");
  const auto offdie =
      Schema<OffdieDescription>("the ports between dies")
          .integer("ports", &OffdieDescription::ports, {0, 4096},
                   "ports of a die, shared out among its peers")
          .quantity("gb_s_per_port", &OffdieDescription::gb_s_per_port, Unit::GigabytesPerSecond,
                    above(0), "bandwidth of a port in each direction")
          .quantity("node_latency_ns", &OffdieDescription::node_latency_ns, Unit::Nanoseconds,
                    above(0), "time between two dies of a node")
          .quantity("system_latency_ns", &OffdieDescription::system_latency_ns, Unit::Nanoseconds,
                    above(0), "time between two nodes");
  return Schema<T>("how cores are joined")
      .integer("dies", &T::dies, {1, 4096}, "dies of the machine")
      .integer("dies_per_node", &T::dies_per_node, {1, 256}, "dies that form a node (a sled)")
      .integer("cores_per_die", &T::cores_per_die, {1, 4096}, "cores of a die")
      .section("mesh", &T::mesh, mesh)
      .section("offdie", &T::offdie, offdie);
}

Schema<MtcDescription> mtc_schema() {
  using T = MtcDescription;
  return Schema<T>("multi-threaded pipelines")
      .integer("count", &T::count, {1, 64}, "multi-threaded pipelines of a core")
      .integer("threads", &T::threads, {1, 1024}, "hardware threads per pipeline")
      .integer("pipeline_cycles", &T::pipeline_cycles, kCyclesFromOne,
               "between two instructions of a thread")
      .integer("outstanding_per_thread", &T::outstanding_per_thread, {1, 1},
               "loads a thread may have in flight");
}

Schema<CoreDescription> core_schema() {
  using T = CoreDescription;
  const auto stc =
      Schema<StcDescription>("single-threaded pipelines")
          .integer("count", &StcDescription::count, {0, 64}, "single-threaded pipelines of a core")
          .integer("pipeline_cycles", &StcDescription::pipeline_cycles, kCyclesFromOne,
                   "between two instructions")
          .integer("outstanding", &StcDescription::outstanding, {1, 1024}, "loads in flight");
  const auto dcache =
      Schema<DcacheDescription>("data cache of a pipeline")
          .quantity("bytes", &DcacheDescription::bytes, Unit::Bytes, kAnySize, "size of the cache")
          .quantity("line_bytes", &DcacheDescription::line_bytes, Unit::Bytes, kWordSize,
                    "size of a line")
          .integer("ways", &DcacheDescription::ways, {1, 64}, "lines of a set")
          .integer("hit_cycles", &DcacheDescription::hit_cycles, kCyclesFromOne, "time of a hit");
  const auto spad = Schema<SpadDescription>("scratchpad memory of a core")
                        .quantity("bytes", &SpadDescription::bytes, Unit::Bytes, kAnySize,
                                  "size of the scratchpad")
                        .integer("banks", &SpadDescription::banks, {1, 32},
                                 "banks, each serving one access per cycle")
                        .quantity("bank_bytes", &SpadDescription::bank_bytes, Unit::Bytes,
                                  kWordSize, "width of a bank")
                        .integer("latency_cycles", &SpadDescription::latency_cycles, kCyclesFromOne,
                                 "time of an access");
  return Schema<T>("a core")
      .section("mtc", &T::mtc, mtc_schema())
      .section("stc", &T::stc, stc)
      .integer("registers_per_thread", &T::registers_per_thread, {1, 1024}, "registers of a thread")
      .section("dcache", &T::dcache, dcache)
      .section("spad", &T::spad, spad)
      .integer("atomic_cycles", &T::atomic_cycles, kCycles,
               "extra time of an atomic at the scratchpad");
}

Schema<DmaDescription> dma_schema() {
  using T = DmaDescription;
  return Schema<T>("DMA engines of a core")
      .integer("engines_per_core", &T::engines_per_core, {0, 64},
               "DMA engines, which take descriptors in turn; 0 for none")
      .integer("queues", &T::queues, {2, 2},
               "queues that make progress side by side: one that threads wait for, one behind them")
      .integer("outstanding", &T::outstanding, {1, 65'536},
               "requests a queue of an engine may have in flight")
      .quantity("request_bytes", &T::request_bytes, Unit::Bytes, kWordSize, "size of a request")
      .integer("descriptor_cycles", &T::descriptor_cycles, kCycles,
               "from a descriptor to its first request")
      .quantity("spad_bytes_per_cycle", &T::spad_bytes_per_cycle, Unit::Bytes, kWordSize,
                "width of the engine's port into the scratchpad")
      .choices("operations", &T::operations, {kDmaOperationNames.begin(), kDmaOperationNames.end()},
               "what a descriptor may ask for");
}

Schema<MemoryDescription> memory_schema() {
  using T = MemoryDescription;
  const auto interleave =
      Schema<InterleaveDescription>("how addresses are dealt to memory controllers")
          .integers("choices_bytes", &InterleaveDescription::choices_bytes, {1, int64_t{1} << 40},
                    "granularities an address can choose between")
          .quantity("default_bytes", &InterleaveDescription::default_bytes, Unit::Bytes, kAnySize,
                    "granularity of data that chooses none");
  return Schema<T>("memory of a core")
      .text("standard", &T::standard, "flat, or a DRAM preset: a name from configs/dram")
      .quantity("access_granularity_bytes", &T::access_granularity_bytes, Unit::Bytes,
                within(8, 64), "the least that a DRAM access moves")
      .quantity("gb_s_per_core", &T::gb_s_per_core, Unit::GigabytesPerSecond, above(0),
                "bandwidth of a core's memory controller")
      .quantity("latency_ns", &T::latency_ns, Unit::Nanoseconds, above(0),
                "time of an unloaded access")
      .integer("channels", &T::channels, {1, 64}, "channels that share the bandwidth of a core")
      .integer("banks", &T::banks, {1, 1024}, "banks of a channel")
      .quantity("row_bytes", &T::row_bytes, Unit::Bytes, kAnySize, "size of a row of a bank")
      .integer("atomic_cycles", &T::atomic_cycles, kCycles,
               "extra time of an atomic at the memory controller")
      .section("interleave", &T::interleave, interleave)
      .quantity("capacity_per_core", &T::capacity_per_core, Unit::Bytes, kAnySize,
                "memory behind a core's controller");
}

Schema<EnergyDescription> energy_schema() {
  using T = EnergyDescription;
  const auto free = at_least(0);
  return Schema<T>("energy of events")
      .quantity("instruction_pj", &T::instruction_pj, Unit::Picojoules, free, "an issue slot")
      .quantity("fma_pj", &T::fma_pj, Unit::Picojoules, free,
                "a real operation, on top of its slot")
      .quantity("dcache_access_pj", &T::dcache_access_pj, Unit::Picojoules, free,
                "an access to a data cache")
      .quantity("spad_access_pj", &T::spad_access_pj, Unit::Picojoules, free,
                "an access to a scratchpad bank")
      .quantity("atomic_pj", &T::atomic_pj, Unit::Picojoules, free, "the arithmetic of an atomic")
      .quantity("dma_request_pj", &T::dma_request_pj, Unit::Picojoules, free,
                "a request of a DMA engine")
      .quantity("mesh_byte_hop_pj", &T::mesh_byte_hop_pj, Unit::Picojoules, free,
                "a byte over one hop of the mesh")
      .quantity("offdie_byte_pj", &T::offdie_byte_pj, Unit::Picojoules, free,
                "a byte between two dies")
      .quantity("dram_byte_pj", &T::dram_byte_pj, Unit::Picojoules, free, "a byte that DRAM moves")
      .quantity("static_w_per_core", &T::static_w_per_core, Unit::Watts, free,
                "power of a core that does nothing");
}

std::vector<base::TableName> instruction_names() {
  std::vector<base::TableName> names;
  for (const InstructionCost& cost : instruction_costs()) {
    names.push_back({std::string(cost.name), std::string(cost.meaning)});
  }
  return names;
}

}  // namespace

const Schema<FabricDescription>& fabric_schema() {
  using T = FabricDescription;
  static const auto queue_engine =
      Schema<QueueEngineDescription>("queue engine of a core")
          .flag("enabled", &QueueEngineDescription::enabled, "whether there is one")
          .integer("dequeue_cycles", &QueueEngineDescription::dequeue_cycles, kCycles,
                   "time of taking an item");
  static const auto collective_engine =
      Schema<CollectiveEngineDescription>("collective engine")
          .flag("enabled", &CollectiveEngineDescription::enabled, "whether there is one")
          .integer("barrier_cycles", &CollectiveEngineDescription::barrier_cycles, kCycles,
                   "from the last arrival to the release");
  static const auto schema =
      Schema<T>("a fabric of many-threaded cores")
          .integer("machine", &T::machine, {1, 1}, "version of the form of machine documents")
          .required()
          .choice("kind", &T::kind, kind_words(), "kind of machine")
          .required()
          .text("name", &T::name, "what reports call the machine")
          .required()
          .quantity("clock_ghz", &T::clock_ghz, Unit::Gigahertz, within(0.001, 100),
                    "clock of cores and mesh")
          .required()
          .section("topology", &T::topology, topology_schema())
          .section("core", &T::core, core_schema())
          .section("dma", &T::dma, dma_schema())
          .section("queue_engine", &T::queue_engine, queue_engine)
          .section("collective_engine", &T::collective_engine, collective_engine)
          .section("memory", &T::memory, memory_schema())
          .table("instructions", &T::instructions, instruction_names(), within(0, 10'000),
                 "issue slots of each kind of micro-operation")
          .section("energy", &T::energy, energy_schema());
  return schema;
}

}  // namespace weft::machine
