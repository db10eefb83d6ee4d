// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/row_machine.h"

#include <algorithm>

#include "sim/gpu/activity.h"
#include "sim/gpu/launch_occupancy.h"
#include "sim/gpu/power_clock.h"
#include "sim/gpu/row_modules.h"
#include "sim/gpu/sm_array.h"
#include "sim/timeline/sampler.h"

namespace weft::sim {

namespace {

constexpr double kSecondsPerNs = 1e-9;
constexpr double kBytesPerMib = 1 << 20;
constexpr double kLanes = 32;

/// Host seconds before a stage: every allocation costs a call and the mapping of its pages.
double host_seconds(const machine::LaunchDescription& launch, const program::HostWork& host) {
  double ns = launch.round_trip_ns * host.round_trips;
  for (double bytes : host.allocations) {
    ns += launch.allocate_ns + launch.allocate_mib_ns * bytes / kBytesPerMib;
  }
  return ns * kSecondsPerNs;
}

RowStagePlan plan_stage(const machine::GpuDescription& gpu, const program::RowStage& stage,
                        double clock_ghz) {
  RowStagePlan plan;
  plan.parameters = gpu_parameters(gpu, clock_ghz);
  plan.geometry = {gpu.sm.l1.line_bytes, gpu.sm.l1.sector_bytes,
                   gpu.l2.atomics_per_cycle * gpu.l2.slices, 0};
  const machine::SmLimits& limits =
      machine::sm_limits(machine::parse_compute_capability(gpu.compute_capability).value());
  plan.room = {limits.max_warps, limits.max_blocks, limits.registers_per_sm, limits.shared_bytes};
  int64_t shared_bytes = 0;
  double launched_s = 0;
  for (const program::RowLaunch& launch : stage.launches) {
    launched_s += host_seconds(gpu.launch, launch.host);
    RowLaunchPlan part;
    part.launch = &launch;
    part.occupancy =
        launch_occupancy(gpu, launch.name, launch.threads, launch.registers, launch.shared_bytes);
    part.need = {(launch.threads + 31) / 32, 1, part.occupancy.allocated_registers,
                 part.occupancy.allocated_shared_bytes};
    part.ready_cycle = static_cast<uint64_t>(launched_s * clock_ghz * 1e9);
    launched_s += gpu.launch.stream_ns * kSecondsPerNs;
    shared_bytes = std::max(shared_bytes, part.occupancy.blocks_per_sm * part.need.shared_bytes);
    plan.launches.push_back(part);
  }
  const machine::L1Description& l1 = gpu.sm.l1;
  plan.l1_bytes = l1.unified ? std::max<int64_t>(l1.bytes - shared_bytes, 0) : l1.bytes;
  plan.l1_latency = l1.latency_cycles;
  plan.l1_bytes_per_cycle = static_cast<double>(l1.bytes_per_cycle);
  plan.dispatch_cycles =
      static_cast<uint64_t>(std::max(1.0, gpu.launch.cta_dispatch_cycles * gpu.sms));
  return plan;
}

GpuActivity activity_of(const RowLaunchCounters& counters, double shared_pass_bytes) {
  GpuActivity activity;
  const program::WarpWork& work = counters.work;
  activity.warp_instructions = work.instructions;
  activity.int_ops = work.alu * kLanes;
  activity.fma[static_cast<size_t>(program::MathType::Fp32)] = work.fma32 * kLanes;
  activity.fma[static_cast<size_t>(program::MathType::Fp64)] = work.fma64 * kLanes;
  activity.register_bytes =
      work.fma32 * fma_register_bytes(false) + work.fma64 * fma_register_bytes(true);
  activity.shared_bytes = (work.shared_wavefronts + 2 * work.atomic_wavefronts) * shared_pass_bytes;
  activity.l1_bytes = counters.l1_bytes;
  activity.l2_bytes = counters.l2_bytes;
  activity.dram_bytes = counters.dram_read_bytes + counters.dram_write_bytes;
  return activity;
}

}  // namespace

struct RowMachine::Modules : SmArray<RowSmModule, SectorL2Module> {
  Modules(const machine::GpuDescription& gpu, Timeline* timeline) : SmArray(gpu) {
    if (timeline == nullptr) return;
    const auto causes = [](const RowSm& sm, uint64_t cycle) { return sm.close(cycle); };
    add_tracks(*timeline, gpu, causes, [this] {
      MovedBytes moved;
      for (const auto& sm : sms) {
        for (const RowLaunchCounters& launch : sm->model().launches()) {
          moved.l2 += launch.l2_bytes;
          moved.dram_read += launch.dram_read_bytes;
          moved.dram_written += launch.dram_write_bytes;
        }
      }
      return moved;
    });
  }
};

RowMachine::RowMachine(const machine::GpuDescription& description, Timeline* timeline)
    : description_(description),
      timeline_(timeline),
      modules_(std::make_unique<Modules>(description, timeline)) {}

RowMachine::~RowMachine() = default;

namespace {

/// What the SMs together did for one launch of a stage.
RowLaunchCounters sum_over_sms(const std::vector<std::unique_ptr<RowSmModule>>& sms,
                               size_t launch) {
  RowLaunchCounters sum;
  for (const auto& sm : sms) {
    const RowLaunchCounters& part = sm->model().launches()[launch];
    sum.cta_warp_cycles += part.cta_warp_cycles;
    sum.first_cycle = std::min(sum.first_cycle, part.first_cycle);
    sum.last_cycle = std::max(sum.last_cycle, part.last_cycle);
    sum.work += part.work;
    sum.l1_bytes += part.l1_bytes;
    sum.l1_hit_bytes += part.l1_hit_bytes;
    sum.l2_bytes += part.l2_bytes;
    sum.l2_hit_bytes += part.l2_hit_bytes;
    sum.dram_read_bytes += part.dram_read_bytes;
    sum.dram_write_bytes += part.dram_write_bytes;
    for (size_t i = 0; i < kSmCauses; ++i) sum.states[i] += part.states[i];
  }
  return sum;
}

LaunchRun launch_run(const RowLaunchPlan& plan, const RowLaunchCounters& counters, unsigned sms,
                     double shared_pass_bytes) {
  LaunchRun run;
  run.name = plan.launch->name;
  run.ctas = run.simulated_ctas = plan.launch->ctas;
  run.occupancy = plan.occupancy;
  run.waves =
      static_cast<double>(run.ctas) / (static_cast<double>(sms) * plan.occupancy.blocks_per_sm);
  run.threads = plan.launch->threads;
  run.registers = plan.launch->registers;
  run.shared_bytes = plan.launch->shared_bytes;
  run.source = plan.launch->source;
  run.memory = {counters.l2_bytes, counters.l2_hit_bytes, 0, counters.dram_read_bytes,
                counters.dram_write_bytes};
  run.activity = activity_of(counters, shared_pass_bytes);
  run.products = counters.work.products;
  run.l1_bytes = counters.l1_bytes;
  run.l1_hit_bytes = counters.l1_hit_bytes;
  return run;
}

/// Appends the launches of a stage in which DRAM could move `dram_bytes`. The first gets the stores
/// that lay in the L2 before, the last are without those that still do.
void settle_stores(std::vector<LaunchRun>& launches, double dram_bytes, GpuRun& run) {
  launches.front().memory.dram_write_bytes += run.left_in_l2_bytes;
  TileMemoryCounters all;
  for (const LaunchRun& launch : launches) all = all + launch.memory;
  double left = run.left_in_l2_bytes = leave_in_l2(all, dram_bytes);
  for (auto launch = launches.rbegin(); launch != launches.rend(); ++launch) {
    const double taken = std::min(left, launch->memory.dram_write_bytes);
    launch->memory.dram_write_bytes -= taken;
    left -= taken;
  }
  for (LaunchRun& launch : launches) {
    launch.activity.dram_bytes = launch.memory.dram_read_bytes + launch.memory.dram_write_bytes;
    run.activity.add(launch.activity);
    run.memory = run.memory + launch.memory;
    run.launches.push_back(std::move(launch));
  }
}

}  // namespace

/// Runs one stage and appends its launches; returns its cycles.
double RowMachine::run_stage(const program::RowStage& stage, double clock_ghz, GpuRun& run) {
  Modules& m = *modules_;
  const RowStagePlan plan = plan_stage(description_, stage, clock_ghz);
  for (const program::RowLaunch& launch : stage.launches) launch.function->begin();
  RowSource source(plan);
  m.l2.begin_stage(run.left_in_l2_bytes);
  for (const auto& sm : m.sms) sm->begin(plan, source);
  const double start_s = run.time_s + description_.launch.kernel_ns * kSecondsPerNs;
  run_to_end(timeline_, start_s, 1000 / clock_ghz);

  uint64_t last = 0;
  for (const auto& sm : m.sms) last = std::max(last, sm->model().last_cycle());
  if (timeline_ != nullptr) timeline_->end_part(last, 1);
  SmCauseCycles causes{};
  for (const auto& sm : m.sms) {
    const SmCauseCycles part = sm->model().close(last);
    for (size_t i = 0; i < kSmCauses; ++i) causes[i] += part[i];
  }
  std::vector<RowLaunchCounters> counters;
  double warp_cycles = 0;
  for (size_t i = 0; i < plan.launches.size(); ++i) {
    counters.push_back(sum_over_sms(m.sms, i));
    warp_cycles += counters.back().cta_warp_cycles;
  }
  std::vector<LaunchRun> launches;
  const double shared_pass_bytes = static_cast<double>(description_.sm.shared.bytes_per_cycle);
  for (size_t i = 0; i < plan.launches.size(); ++i) {
    LaunchRun done =
        launch_run(plan.launches[i], counters[i], plan.parameters.sms, shared_pass_bytes);
    const double share = warp_cycles > 0 ? counters[i].cta_warp_cycles / warp_cycles : 0;
    for (size_t cause = 0; cause < kSmCauses; ++cause) done.causes[cause] = causes[cause] * share;
    done.cycles = static_cast<double>(last) * share;
    const uint64_t first = std::min(counters[i].first_cycle, last);
    const double span = static_cast<double>(std::max(counters[i].last_cycle, first) - first);
    done.begin_s = start_s + static_cast<double>(first) / (clock_ghz * 1e9);
    done.end_s = done.begin_s + span / (clock_ghz * 1e9);
    if (span > 0) {
      done.achieved_occupancy =
          counters[i].cta_warp_cycles / (span * plan.parameters.sms * plan.room.warps);
    }
    launches.push_back(std::move(done));
  }
  settle_stores(launches, plan.parameters.memory.dram_bytes_per_cycle * static_cast<double>(last),
                run);
  return static_cast<double>(last);
}

GpuRun RowMachine::run_at(program::RowProgram& program, double clock_ghz) {
  const machine::LaunchDescription& launch = description_.launch;
  const double gap_s = std::max(0.0, launch.stream_ns - launch.kernel_ns) * kSecondsPerNs;
  GpuRun run;
  run.clock_ghz = clock_ghz;
  if (timeline_ != nullptr) timeline_->restart();
  const GpuParameters parameters = gpu_parameters(description_, clock_ghz);
  modules_->l2.reset(
      parameters.memory,
      {description_.sm.l1.line_bytes, description_.sm.l1.sector_bytes,
       description_.l2.atomics_per_cycle * description_.l2.slices,
       timeline_ == nullptr ? 0 : static_cast<unsigned>(description_.dram.channels)});
  program.restart();
  for (program::RowStage stage; program.next(stage); stage = {}) {
    const double host_s = host_seconds(launch, stage.host);
    run.host_s += host_s;
    run.time_s += host_s;
    std::erase_if(stage.launches, [](const program::RowLaunch& l) { return l.ctas == 0; });
    if (stage.launches.empty()) continue;
    if (!run.launches.empty()) run.time_s += gap_s;
    const double cycles = run_stage(stage, clock_ghz, run);
    run.time_s += launch.kernel_ns * kSecondsPerNs + cycles / (clock_ghz * 1e9);
  }
  run.energy_j = gpu_energy_j(description_, run.activity, clock_ghz, run.time_s);
  run.power_w = gpu_power_w(description_, run.activity, clock_ghz, run.time_s);
  return run;
}

GpuRun RowMachine::run(program::RowProgram& program) {
  return run_within_power(description_,
                          [&](double clock_ghz) { return run_at(program, clock_ghz); });
}

}  // namespace weft::sim
