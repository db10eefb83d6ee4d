// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/fabric_machine.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "sim/core/core_parameters.h"
#include "sim/fabric/core_module.h"
#include "sim/fabric/dram_memory.h"
#include "sim/fabric/fabric_timeline.h"
#include "sim/fabric/memory_module.h"
#include "sim/fabric/network_module.h"
#include "sim/machine/address_map.h"
#include "sim/machine/place_program.h"
#include "sim/machine/topology.h"
#include "sim/memory/banked_memory.h"
#include "sim/timeline/sampler.h"

namespace weft::sim {

namespace {

unsigned whole(int64_t value) {
  return static_cast<unsigned>(value);
}

}  // namespace

struct FabricMachine::Modules {
  Modules(const machine::FabricDescription& fabric, const std::optional<DramConfig>& dram,
          uint64_t quantum_cycles)
      : topology(fabric), period_ps(1000.0 / fabric.clock_ghz), network(make_network(fabric)) {
    const CoreParameters parameters = core_parameters(fabric);
    for (unsigned i = 0; i < whole(fabric.total_cores()); ++i) {
      cores.push_back(std::make_unique<CoreModule>(fmt::format("core{}", i).c_str(), parameters, i,
                                                   period_ps, quantum_cycles));
      memories.push_back(make_memory(i, fabric, dram));
      if (network == nullptr) {
        cores.back()->socket.bind(*memories.back().socket);
      } else {
        cores.back()->socket.bind(network->from_core(i));
        network->to_memory(i).bind(*memories.back().socket);
      }
    }
  }

  /// One core beside its own memory controller needs no network.
  std::unique_ptr<NetworkModule> make_network(const machine::FabricDescription& fabric) const {
    const unsigned core_count = whole(fabric.total_cores());
    if (core_count == 1) return nullptr;
    return std::make_unique<NetworkModule>("network", topology, core_count, period_ps);
  }

  /// A memory controller of either kind, its socket and its counters.
  struct Memory {
    std::unique_ptr<sc_core::sc_module> module;
    tlm::tlm_target_socket<>* socket;
    std::function<MemoryCounters()> counters;
    std::function<std::vector<uint64_t>()> channel_bytes;
  };

  template <class Model, class... Arguments>
  static Memory wrap(unsigned index, const Arguments&... arguments) {
    auto module =
        std::make_unique<MemoryModule<Model>>(fmt::format("memory{}", index).c_str(), arguments...);
    MemoryModule<Model>* raw = module.get();
    return {std::move(module), &raw->socket, [raw] { return raw->model().counters(); },
            [raw] { return raw->model().channel_bytes(); }};
  }

  static Memory make_memory(unsigned index, const machine::FabricDescription& fabric,
                            const std::optional<DramConfig>& dram) {
    if (dram && BankedMemory::suits(*dram)) return wrap<BankedMemory>(index, *dram);
    if (dram) return wrap<DramMemory>(index, *dram);
    return wrap<FlatMemory>(index, static_cast<uint64_t>(fabric.memory.latency_ns * 1000),
                            fabric.memory.gb_s_per_core,
                            whole(fabric.memory.access_granularity_bytes));
  }

  machine::Topology topology;
  double period_ps;
  std::unique_ptr<NetworkModule> network;
  std::vector<std::unique_ptr<CoreModule>> cores;
  std::vector<Memory> memories;
};

FabricMachine::FabricMachine(const machine::FabricDescription& description,
                             const std::optional<DramConfig>& dram, uint64_t quantum_cycles,
                             Timeline* timeline)
    : description_(description),
      timeline_(timeline),
      modules_(std::make_unique<Modules>(description, dram, quantum_cycles)) {}

FabricMachine::~FabricMachine() = default;

namespace {

void add_core(FabricRun& run, const CoreModel& core) {
  const CoreCounters counters = core.counters();
  run.instructions += counters.instructions;
  run.products += counters.products;
  run.probes += counters.probes;
  for (size_t cause = 0; cause < kCauses; ++cause) run.causes[cause] += counters.threads[cause];
  run.core_causes.push_back(counters.threads);
  run.atomics += core.scratchpad().atomics();
  run.dma_descriptors += core.dma().descriptors();
  run.dma_bytes += core.dma().bytes();
  run.sources.resize(counters.sources.size());
  for (size_t i = 0; i < counters.sources.size(); ++i) {
    for (size_t cause = 0; cause < kCauses; ++cause)
      run.sources[i].causes[cause] += counters.sources[i].causes[cause];
    run.sources[i].memory_bytes += counters.sources[i].memory_bytes;
  }
  LevelTraffic& scratchpad = run.levels[0];
  scratchpad.accesses += core.scratchpad().accesses();
  scratchpad.hits += core.scratchpad().accesses();
  scratchpad.bytes += core.scratchpad().accesses() * core.scratchpad().parameters().bank_bytes;
  for (const Cache& cache : core.caches()) {
    run.levels[1].accesses += cache.accesses();
    run.levels[1].hits += cache.hits();
    run.levels[1].bytes += cache.accesses() * 8;
  }
}

void add_network(FabricRun& run, const NetworkModule& network, const machine::Topology& topology) {
  const NetworkCounters& counters = network.counters();
  run.network_bytes = counters.bytes;
  run.network_byte_hops = counters.byte_hops;
  run.offdie_bytes = counters.offdie_bytes;
  const auto packets = static_cast<double>(std::max<uint64_t>(1, counters.packets));
  run.network_mean_hops = static_cast<double>(counters.hops) / packets;
  const auto cycles = static_cast<double>(std::max<uint64_t>(1, run.cycles));
  run.network_max_link_utilisation = static_cast<double>(network.busiest_link_slots()) / cycles;
  for (size_t i = 0; i < topology.links().size(); ++i) {
    const uint64_t slots = network.link_slots(i);
    const machine::Link& link = topology.links()[i];
    if (slots > 0) run.links.push_back({link.from, link.to, static_cast<double>(slots) / cycles});
  }
}

void add_phases(FabricRun& run, const RunState& state) {
  for (size_t i = 0; i < state.phase_begin.size(); ++i) {
    const uint64_t end = i + 1 < state.phase_begin.size() ? state.phase_begin[i + 1] : run.cycles;
    run.phases.push_back({state.program.phases[i], state.phase_begin[i], end});
  }
}

}  // namespace

/// Precondition: the cores have taken up their program.
void FabricMachine::begin_timeline() {
  const Modules& m = *modules_;
  for (unsigned i = 0; i < m.cores.size(); ++i)
    add_core_tracks(*timeline_, i, m.cores[i]->model(), description_.clock_ghz);
  for (unsigned i = 0; i < m.memories.size(); ++i) {
    add_memory_track(*timeline_, i, m.memories[i].counters);
    add_channel_tracks(*timeline_, i, m.memories[i].channel_bytes);
  }
  if (m.network != nullptr) add_network_track(*timeline_, *m.network);
  timeline_->restart();
}

namespace {

/// Tells `watch`, not more often than it is worth, what the cores have done.
std::function<void()> watch_of(const std::vector<std::unique_ptr<CoreModule>>& cores,
                               const std::function<void(uint64_t)>& watch) {
  static constexpr auto kEvery = std::chrono::milliseconds(200);
  if (!watch) return {};
  return [&cores, &watch, told = std::chrono::steady_clock::now()]() mutable {
    const auto now = std::chrono::steady_clock::now();
    if (now - told < kEvery) return;
    told = now;
    uint64_t products = 0;
    for (const auto& core : cores) products += core->model().counters().products;
    watch(products);
  };
}

}  // namespace

FabricRun FabricMachine::run(const program::Program& program,
                             const std::function<void(uint64_t products)>& watch) {
  Modules& m = *modules_;
  const auto cores = static_cast<unsigned>(m.cores.size());
  machine::AddressMap map(static_cast<int>(cores), description_.memory.capacity_per_core,
                          program::kRangeAlignment);
  const std::vector<const machine::Region*> regions =
      machine::place_program(map, program, description_);
  if (m.network != nullptr) m.network->use(regions);
  const int64_t barrier =
      description_.collective_engine.barrier_cycles + 2 * m.topology.worst_latency_cycles();
  RunState state(program, cores, static_cast<uint64_t>(barrier));
  for (const auto& core : m.cores) state.models.push_back(&core->model());
  for (const auto& core : m.cores) core->model().load(state);
  if (timeline_ != nullptr) begin_timeline();
  const auto began = std::chrono::steady_clock::now();
  run_to_end(timeline_, 0, m.period_ps, watch_of(m.cores, watch));
  FabricRun run;
  run.simulate_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  run.clock_ghz = description_.clock_ghz;
  for (const auto& core : m.cores) {
    WEFT_CHECK(core->model().halted(), "a thread waits for something that nobody will do");
    run.cycles = std::max(run.cycles, core->model().finished_at());
  }
  run.levels = {{"scratchpad"}, {"dcache"}, {"dram"}};
  for (const auto& core : m.cores) {
    core->model().close(run.cycles);
    add_core(run, core->model());
  }
  if (timeline_ != nullptr) timeline_->end_part(run.cycles, 1);
  for (const Modules::Memory& memory : m.memories) {
    const MemoryCounters counters = memory.counters();
    run.dram_read_bytes += counters.read_bytes;
    run.dram_write_bytes += counters.write_bytes;
    run.atomics += counters.atomics;
    run.levels[2].accesses += counters.accesses;
    run.levels[2].hits += counters.row_hits;
  }
  run.levels[2].bytes = run.dram_read_bytes + run.dram_write_bytes;
  run.dram_peak_gb_s = description_.memory.gb_s_per_core * cores;
  run.pipelines = static_cast<uint64_t>(cores) * whole(description_.core.mtc.count);
  run.threads = run.pipelines * whole(description_.core.mtc.threads);
  if (m.network != nullptr) add_network(run, *m.network, m.topology);
  add_phases(run, state);
  run.result = std::move(state.result);
  return run;
}

}  // namespace weft::sim
