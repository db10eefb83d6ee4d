// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/program/program.h"
#include "kernels/program/result.h"
#include "sim/core/core_parameters.h"
#include "sim/core/thread.h"
#include "sim/machine/fabric_description.h"
#include "sim/memory/dram_config.h"
#include "sim/timeline/timeline.h"

namespace weft::sim {

/// A level of storage as the run used it.
struct LevelTraffic {
  std::string name;
  uint64_t accesses = 0;
  uint64_t hits = 0;
  uint64_t bytes = 0;
};

/// What one run of a program on the fabric took and did. Cycles are core cycles; bytes of DRAM
/// count whole accesses.
struct FabricRun {
  uint64_t cycles = 0;
  double clock_ghz = 1;
  uint64_t instructions = 0;
  uint64_t pipelines = 0;  // that can issue: multi-threaded and single-threaded ones in use
  uint64_t threads = 0;    // hardware threads whose causes are counted
  uint64_t products = 0;
  uint64_t probes = 0;
  CauseCycles causes{};                  // summed over those threads; adds up to threads * cycles
  std::vector<CauseCycles> core_causes;  // [core] the same of each core's threads
  uint64_t dram_read_bytes = 0;
  uint64_t dram_write_bytes = 0;
  double dram_peak_gb_s = 0;
  uint64_t atomics = 0;
  uint64_t dma_descriptors = 0;
  uint64_t dma_bytes = 0;
  std::vector<LevelTraffic> levels;
  uint64_t network_bytes = 0;
  double network_mean_hops = 0;
  double network_max_link_utilisation = 0;
  /// A link that carried something, and the share of the cycles in which it did. Routers are
  /// numbered die by die.
  struct LinkUse {
    int from;
    int to;
    double utilisation;
  };
  std::vector<LinkUse> links;
  uint64_t network_byte_hops = 0;
  uint64_t offdie_bytes = 0;
  struct Phase {
    std::string name;
    uint64_t begin_cycle;
    uint64_t end_cycle;
  };
  std::vector<Phase> phases;
  struct SourceUse {
    CauseCycles causes{};  // of threads
    uint64_t memory_bytes = 0;
  };
  std::vector<SourceUse> sources;  // [source of the program]
  double simulate_s = 0;           // host seconds inside the simulation
  program::SparseResult result;
};

/// The PIUMA-like fabric as a tree of SystemC modules: cores, network, memory controllers. SystemC
/// elaborates once per process, so one machine is built in a process and runs one program.
class FabricMachine {
 public:
  /// `dram`: the memory of a core, from dram_of_core(); nothing for memory of one latency and one
  /// bandwidth. `timeline`: is filled by the run, and outlives the machine; may be null.
  FabricMachine(const machine::FabricDescription& description,
                const std::optional<DramConfig>& dram, uint64_t quantum_cycles = kQuantumCycles,
                Timeline* timeline = nullptr);
  ~FabricMachine();

  /// Runs `program` from cold to its end. `watch` is told some times a second how many products
  /// are done. Throws InternalError where a thread is left waiting.
  FabricRun run(const program::Program& program,
                const std::function<void(uint64_t products)>& watch = {});

 private:
  struct Modules;

  void begin_timeline();

  machine::FabricDescription description_;
  Timeline* timeline_;
  std::unique_ptr<Modules> modules_;
};

}  // namespace weft::sim
