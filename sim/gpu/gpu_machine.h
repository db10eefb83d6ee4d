// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/program/grid_program.h"
#include "sim/gpu/launch_plan.h"
#include "sim/gpu/power_model.h"
#include "sim/gpu/sm_cause.h"
#include "sim/gpu/tile_memory.h"
#include "sim/machine/gpu_description.h"
#include "sim/machine/occupancy.h"
#include "sim/timeline/timeline.h"

namespace weft::sim {

/// What a launch took and did.
struct LaunchRun {
  std::string name;
  double begin_s = 0;
  double end_s = 0;
  double cycles = 0;  // without the launch itself
  int64_t ctas = 0;
  int64_t simulated_ctas = 0;  // fewer than ctas where equal waves were sampled
  double waves = 0;
  machine::Occupancy occupancy;
  double achieved_occupancy = 0;  // warps resident over the launch, averaged over the SMs
  SmCauseCycles causes{};         // summed over SMs; adds up to SMs * cycles
  int threads = 0;                // of a CTA, of row kernels
  int registers = 0;              // of a thread
  int64_t shared_bytes = 0;
  uint16_t source = 0;  // index into RowProgram::sources
  double products = 0;  // useful multiply-adds that row kernels counted
  double l1_bytes = 0;  // asked of L1 by row kernels, and found there
  double l1_hit_bytes = 0;
  std::vector<LoopTiming> loops;       // [segment]
  std::vector<double> segment_cycles;  // [segment] time of CTAs in it, summed
  TileMemoryCounters memory;
  double left_in_l2_bytes = 0;  // stores that had not reached DRAM when a tile kernel ended
  GpuActivity activity;
};

/// What a program took and did on an SM array.
struct GpuRun {
  double clock_ghz = 0;
  bool power_limited = false;  // the clock is below what the chip could run at
  double time_s = 0;
  double host_s = 0;  // of it, allocations and waits of the host between launches
  std::vector<LaunchRun> launches;
  GpuActivity activity;
  TileMemoryCounters memory;
  double left_in_l2_bytes = 0;             // stores that had not reached DRAM when the run ended
  std::map<std::string, double> energy_j;  // by unit
  double power_w = 0;
  double simulate_s = 0;  // host seconds inside the simulation
};

/// An SM array as a tree of SystemC modules: SMs, L2 and DRAM. A process may build several machines
/// before the first run and none after it; a machine runs any number of programs.
class GpuMachine {
 public:
  /// `timeline`: is filled by the latest run, and outlives the machine; may be null.
  explicit GpuMachine(const machine::GpuDescription& description,
                      const SimulationEffort& effort = {}, Timeline* timeline = nullptr);
  ~GpuMachine();

  /// Runs the launches of `program` one after the other, the first from a cold L2, at the highest
  /// clock that the power limit allows: at a first clock, then at the one at which that run's
  /// activity meets the limit, until they agree. Throws UserError where a CTA does not fit an SM.
  GpuRun run(const program::GridProgram& program);

  const machine::GpuDescription& description() const { return description_; }
  /// Takes up other parameters for the runs to come. Precondition: as many SMs.
  void describe(const machine::GpuDescription& description);

 private:
  struct Modules;

  GpuRun run_at(const program::GridProgram& program, double clock_ghz);
  /// `begin_s`: of its first cycle in the run. `cached`: before the launch, then after it.
  LaunchRun run_launch(const program::Launch& launch, const GpuParameters& parameters,
                       double begin_s, CachedTensors& cached);

  machine::GpuDescription description_;
  SimulationEffort effort_;
  Timeline* timeline_;
  std::unique_ptr<Modules> modules_;
};

}  // namespace weft::sim
