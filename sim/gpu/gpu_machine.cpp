// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/gpu_machine.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "sim/gpu/activity.h"
#include "sim/gpu/cta_order.h"
#include "sim/gpu/gpu_modules.h"
#include "sim/gpu/launch_occupancy.h"
#include "sim/gpu/power_clock.h"
#include "sim/gpu/sm_array.h"
#include "sim/timeline/sampler.h"

namespace weft::sim {

namespace {

constexpr double kSecondsPerNs = 1e-9;
}  // namespace

struct GpuMachine::Modules : SmArray<SmModule, L2Module> {
  Modules(const machine::GpuDescription& gpu, Timeline* timeline) : SmArray(gpu) {
    if (timeline == nullptr) return;
    const auto causes = [](const SmModel& sm, uint64_t cycle) { return sm.causes_at(cycle); };
    add_tracks(*timeline, gpu, causes, [this] {
      const TileMemoryCounters& moved = l2.memory().counters();
      return MovedBytes{moved.l2_bytes, moved.dram_read_bytes, moved.dram_write_bytes};
    });
  }
};

GpuMachine::GpuMachine(const machine::GpuDescription& description, const SimulationEffort& effort,
                       Timeline* timeline)
    : description_(description),
      effort_(effort),
      timeline_(timeline),
      modules_(std::make_unique<Modules>(description, timeline)) {}

GpuMachine::~GpuMachine() = default;

void GpuMachine::describe(const machine::GpuDescription& description) {
  WEFT_CHECK(description.sms == description_.sms, "modules are built once");
  description_ = description;
}

namespace {

/// Adds the waves that were not simulated: each like those between the marks of the sample.
void extrapolate(LaunchRun& run, const CtaSource& source) {
  const auto skipped = static_cast<double>(run.ctas - run.simulated_ctas);
  if (skipped <= 0) return;
  const CtaSource::Steady steady = source.per_cta();
  const double grown = (run.cycles + skipped * steady.cycles) / run.cycles;
  const double idle = run.causes[static_cast<size_t>(SmCause::Idle)];
  double busy = 0;
  for (double cycles : run.causes) busy += cycles;
  const double factor = (busy * grown - idle) / (busy - idle);
  for (size_t i = 0; i < kSmCauses; ++i) {
    if (i != static_cast<size_t>(SmCause::Idle)) run.causes[i] *= factor;
  }
  for (double& cycles : run.segment_cycles) cycles *= factor;
  run.achieved_occupancy = run.achieved_occupancy * factor / grown;
  run.memory = run.memory + steady.memory * skipped;
  run.cycles += skipped * steady.cycles;
}

/// Waves that find all in the L2 stand for others: the few blocks that are new in those come here.
void read_every_block(TileMemoryCounters& memory, double least_bytes) {
  const double missing = std::max(0.0, least_bytes - memory.dram_read_bytes);
  memory.dram_read_bytes += missing;
  memory.l2_hit_bytes -= missing;
}

void keep_cached(TileMemory& memory, const LaunchPlan& plan, const CachedTensors& cached) {
  for (size_t i = 0; i < plan.segments.size(); ++i) {
    const std::vector<program::TileTraffic>& loads = plan.launch->segments[i].loads;
    const SegmentPlan& segment = plan.segments[i];
    for (size_t load = 0; load < loads.size(); ++load) {
      if (cached.holds(loads[load].tensor))
        memory.keep(segment.first_blocks[load], segment.blocks[load],
                    cached.age_bytes(loads[load].tensor));
    }
  }
}

}  // namespace

LaunchRun GpuMachine::run_launch(const program::Launch& launch, const GpuParameters& parameters,
                                 double begin_s, CachedTensors& cached) {
  Modules& m = *modules_;
  LaunchRun run;
  run.name = launch.name;
  run.occupancy = launch_occupancy(description_, launch.name, launch.threads, launch.registers,
                                   launch.shared_bytes);
  const auto resident = static_cast<unsigned>(run.occupancy.blocks_per_sm);
  const LaunchPlan plan = plan_launch(launch, parameters, resident, effort_);
  m.l2.reset(parameters.memory, plan.slot_cycles,
             timeline_ == nullptr ? 0 : static_cast<unsigned>(description_.dram.channels));
  m.l2.memory().begin_launch(static_cast<uint64_t>(plan.blocks));
  keep_cached(m.l2.memory(), plan, cached);
  m.l2.memory().owe(cached.unwritten_bytes());
  CtaSource source(plan.simulated_ctas, parameters.sms, resident, m.l2.memory().counters());
  for (const auto& sm : m.sms) sm->begin(plan, parameters, source);
  run_to_end(timeline_, begin_s, 1000 / parameters.clock_ghz);

  uint64_t last = 0;
  for (const auto& sm : m.sms) last = std::max(last, sm->model().counters().last_cycle);
  run.cycles = static_cast<double>(last);
  run.ctas = launch.grid.ctas();
  run.simulated_ctas = plan.simulated_ctas;
  run.waves = static_cast<double>(run.ctas) / (static_cast<double>(resident) * parameters.sms);
  run.memory = m.l2.memory().counters();
  run.segment_cycles.assign(launch.segments.size(), 0);
  double cta_cycles = 0;
  for (const auto& sm : m.sms) {
    sm->model().close(last);
    const SmCounters& counters = sm->model().counters();
    for (size_t i = 0; i < kSmCauses; ++i) run.causes[i] += counters.causes[i];
    for (size_t i = 0; i < run.segment_cycles.size(); ++i) {
      run.segment_cycles[i] += counters.segment_cycles[i];
    }
    cta_cycles += counters.cta_cycles;
  }
  run.achieved_occupancy =
      run.occupancy.theoretical / resident * cta_cycles / (run.cycles * parameters.sms);
  for (const SegmentPlan& segment : plan.segments) run.loops.push_back(segment.full);
  extrapolate(run, source);
  if (run.simulated_ctas < run.ctas) read_every_block(run.memory, block_bytes_once(launch, cached));
  const double filled_bytes = run.memory.dram_read_bytes + run.memory.dram_write_bytes;
  run.left_in_l2_bytes =
      leave_in_l2(run.memory, parameters.memory.dram_bytes_per_cycle * run.cycles);
  cached.note(launch, filled_bytes, run.left_in_l2_bytes);
  if (timeline_ != nullptr) timeline_->end_part(last, run.cycles / static_cast<double>(last));
  run.activity.add(cta_activity(launch), static_cast<double>(run.ctas));
  run.activity.l2_bytes = run.memory.l2_bytes;
  run.activity.dram_bytes = run.memory.dram_read_bytes + run.memory.dram_write_bytes;
  return run;
}

/// Launches of a stream follow each other at the distance that a stream of empty kernels has; each
/// costs what an empty kernel costs and its own cycles.
GpuRun GpuMachine::run_at(const program::GridProgram& program, double clock_ghz) {
  const GpuParameters parameters = gpu_parameters(description_, clock_ghz);
  const double start_s = description_.launch.kernel_ns * kSecondsPerNs;
  const double gap_s =
      (description_.launch.stream_ns - description_.launch.kernel_ns) * kSecondsPerNs;
  GpuRun run;
  run.clock_ghz = clock_ghz;
  if (timeline_ != nullptr) timeline_->restart();
  CachedTensors cached(parameters.memory.l2_bytes);
  for (const program::Launch& launch : program.launches) {
    if (!run.launches.empty()) run.time_s += std::max(0.0, gap_s);
    run.launches.push_back(run_launch(launch, parameters, run.time_s + start_s, cached));
    LaunchRun& done = run.launches.back();
    done.begin_s = run.time_s;
    run.time_s += start_s + done.cycles / (clock_ghz * 1e9);
    done.end_s = run.time_s;
    run.activity.add(done.activity);
    run.memory = run.memory + done.memory;
  }
  run.left_in_l2_bytes = cached.unwritten_bytes();
  run.energy_j = gpu_energy_j(description_, run.activity, clock_ghz, run.time_s);
  run.power_w = gpu_power_w(description_, run.activity, clock_ghz, run.time_s);
  return run;
}

namespace {

/// The arithmetic of all CTAs. It takes no part in the time of tile kernels, so it is done once,
/// and also for the waves that were not simulated.
void compute(const program::GridProgram& program) {
  for (const program::Launch& launch : program.launches) {
    if (launch.function == nullptr) continue;
    for (int64_t number = 0; number < launch.grid.ctas(); ++number) {
      launch.function->run(cta_coordinates(launch.grid, number));
    }
  }
}

}  // namespace

GpuRun GpuMachine::run(const program::GridProgram& program) {
  const auto began = std::chrono::steady_clock::now();
  GpuRun run =
      run_within_power(description_, [&](double clock_ghz) { return run_at(program, clock_ghz); });
  compute(program);
  run.simulate_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return run;
}

}  // namespace weft::sim
