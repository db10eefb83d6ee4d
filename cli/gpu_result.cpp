// SPDX-License-Identifier: Apache-2.0
#include "cli/gpu_result.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/gpu_sources.h"
#include "cli/ratio.h"
#include "mapper/gpu/tensor_rate.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kSectorBytes = 32;
constexpr double kSharedRowBytes = 128;  // that one access of a warp takes without conflicts

/// Fractions of all SM time: inside launches by cause, and the time between and before them.
Json stalls_json(const sim::GpuRun& run) {
  const double all = cycles_with_launching(run);
  Json stalls;
  for (size_t cause = 0; cause < sim::kSmCauses; ++cause) {
    double cycles = 0;
    for (const sim::LaunchRun& launch : run.launches) cycles += cycles_by_cause(launch)[cause];
    stalls[std::string(sim::kSmCauseNames[cause])] = ratio(cycles, all);
  }
  stalls[kLaunchCause] = ratio(all - total_cycles(run), all);
  return stalls;
}

/// Each launch by itself, where there are several and not very many: fractions of its own SM
/// cycles.
Json units_json(const sim::GpuRun& run) {
  constexpr size_t kMostUnits = 128;
  Json units = Json::array();
  if (run.launches.size() < 2 || run.launches.size() > kMostUnits) return units;
  for (const sim::LaunchRun& launch : run.launches) {
    const double all = std::accumulate(launch.causes.begin(), launch.causes.end(), 0.0);
    Json stalls;
    for (size_t cause = 0; cause < sim::kSmCauses; ++cause)
      stalls[std::string(sim::kSmCauseNames[cause])] = ratio(launch.causes[cause], all);
    units.push_back({{"name", launch.name}, {"stalls", stalls}});
  }
  return units;
}

Json level_json(double bytes, double hit_bytes, double piece_bytes, double time_s) {
  return {{"accesses", bytes / piece_bytes},
          {"hits", hit_bytes < 0 ? Json() : Json(hit_bytes / piece_bytes)},
          {"bytes", bytes},
          {"gb_s", ratio(bytes, time_s) * 1e-9}};
}

/// Shared memory and L2 by the pieces that they serve; what DRAM serves are L2 misses and stores.
Json levels_json(const sim::GpuRun& run) {
  const double shared = run.activity.shared_bytes;
  const sim::TileMemoryCounters& memory = run.memory;
  const double dram = memory.dram_read_bytes + memory.dram_write_bytes;
  Json levels = {{"smem", level_json(shared, shared, kSharedRowBytes, run.time_s)},
                 {"l2", level_json(memory.l2_bytes, memory.l2_hit_bytes, kSectorBytes, run.time_s)},
                 {"dram", level_json(dram, -1, kSectorBytes, run.time_s)}};
  levels["l2"]["hit_bytes"] = memory.l2_hit_bytes;
  return levels;
}

/// Multiply-adds of the tensor cores over what they could have done in all cycles of the launches.
double tensor_utilisation(const sim::GpuRun& run, const program::GridProgram& program,
                          const machine::GpuDescription& gpu) {
  double busy_sm_cycles = 0;
  for (size_t i = 0; i < run.launches.size(); ++i) {
    const sim::GpuActivity& activity = run.launches[i].activity;
    bool sparse = false;
    for (const program::Segment& segment : program.launches[i].segments) {
      for (const program::WarpStep& step : segment.body.steps) {
        sparse |= step.op == program::WarpOp::MmaSparse || step.op == program::WarpOp::WgmmaSparse;
      }
    }
    for (size_t type = 0; type < program::kMathTypes; ++type) {
      const double rate =
          mapper::tensor_rate(gpu.sm.tensor.fma_per_cycle, static_cast<program::MathType>(type));
      // A sparse instruction does half of the multiply-adds that it stands for.
      const double gain = sparse ? gpu.sm.tensor.sparse_factor / 2 : 1;
      if (rate > 0) busy_sm_cycles += activity.tensor_fma[type] / (rate * gain);
    }
  }
  return std::min(1.0, ratio(busy_sm_cycles, total_cycles(run) * gpu.sms));
}

/// Occupancy averaged over the launches' time; blocks and limiter of the longest. A product without
/// entries may need no launch.
Json occupancy_json(const sim::GpuRun& run) {
  if (run.launches.empty()) {
    return {{"theoretical", 0.0},
            {"achieved", 0.0},
            {"limiter", "work"},
            {"blocks_per_sm", 0},
            {"waves", 0.0}};
  }
  double theoretical = 0, achieved = 0;
  const sim::LaunchRun* longest = &run.launches.front();
  for (const sim::LaunchRun& launch : run.launches) {
    theoretical += launch.occupancy.theoretical * launch.cycles;
    achieved += launch.achieved_occupancy * launch.cycles;
    if (launch.cycles > longest->cycles) longest = &launch;
  }
  std::vector<std::string_view> limiters;
  for (const machine::Resource resource : longest->occupancy.limiters()) {
    limiters.push_back(machine::name_of(resource));
  }
  const double cycles = total_cycles(run);
  return {{"theoretical", ratio(theoretical, cycles)},
          {"achieved", ratio(achieved, cycles)},
          {"limiter", fmt::format("{}", fmt::join(limiters, "+"))},
          {"blocks_per_sm", longest->occupancy.blocks_per_sm},
          {"waves", longest->waves}};
}

/// Seconds that each resource would need at its peak for what the run did, and its name.
using Floor = std::pair<double, const char*>;

std::vector<Floor> floors_of(const sim::GpuRun& run, const program::GridProgram& program,
                             const machine::GpuDescription& gpu) {
  const machine::SmDescription& sm = gpu.sm;
  const double sm_hz = gpu.sms * run.clock_ghz * 1e9;
  const sim::GpuActivity& did = run.activity;
  const double fp64 = did.fma[static_cast<size_t>(program::MathType::Fp64)];
  const double fma = std::accumulate(did.fma.begin(), did.fma.end(), 0.0) - fp64;
  const double dram_bytes = run.memory.dram_read_bytes + run.memory.dram_write_bytes;
  return {
      {dram_bytes / (gpu.dram.peak_gb_s * 1e9), "dram bandwidth"},
      {run.memory.l2_bytes / (gpu.l2.bytes_per_cycle * run.clock_ghz * 1e9), "l2 bandwidth"},
      {tensor_utilisation(run, program, gpu) * total_cycles(run) / (run.clock_ghz * 1e9),
       "tensor cores"},
      {(ratio(fma, sm.pipes.fp32_lanes) + ratio(fp64, sm.pipes.fp64_lanes)) / sm_hz, "fma pipes"},
      {did.shared_bytes / static_cast<double>(sm.shared.bytes_per_cycle) / sm_hz, "shared memory"},
      {did.warp_instructions / (sm.subcores * sm.issue_per_subcore * sm_hz), "instruction issue"}};
}

/// The highest of the floors under this mapping binds it. Under any mapping there are two: needed
/// bytes moved once but for results that the L2 can keep, and the arithmetic, at the peaks of the
/// highest clock.
Json roofline_json(const sim::GpuRun& run, const program::GridProgram& program,
                   const machine::GpuDescription& gpu, const GpuWork& work) {
  const std::vector<Floor> floors = floors_of(run, program, gpu);
  const double kept_bytes =
      std::min({work.result_bytes, static_cast<double>(gpu.l2.bytes), work.compulsory_bytes});
  const double compulsory_s = (work.compulsory_bytes - kept_bytes) / (gpu.dram.peak_gb_s * 1e9);
  const double floor_s = std::max(compulsory_s, work.math_floor_s);
  return {{"bound_by", std::ranges::max_element(floors, {}, &Floor::first)->second},
          {"attained_fraction", ratio(floor_s, run.time_s)},
          {"floor_s", floor_s},
          {"memory_floor_s", floors.front().first},
          {"issue_floor_s", floors.back().first},
          {"compulsory_bytes_s", compulsory_s},
          {"math_s", work.math_floor_s}};
}

Json energy_json(const sim::GpuRun& run) {
  double total = 0;
  for (const auto& [unit, joules] : run.energy_j) total += joules;
  Json energy = {{"total", total}};
  for (const auto& [unit, joules] : run.energy_j) energy[unit] = joules;
  return energy;
}

Json launches_json(const sim::GpuRun& run, const program::GridProgram& program) {
  Json phases = Json::array();
  for (size_t i = 0; i < run.launches.size(); ++i) {
    const sim::LaunchRun& launch = run.launches[i];
    const program::Launch& what = program.launches[i];
    phases.push_back({{"name", launch.name},
                      {"begin_s", launch.begin_s},
                      {"end_s", launch.end_s},
                      {"ctas", launch.ctas},
                      {"simulated_ctas", launch.simulated_ctas},
                      {"waves", launch.waves},
                      {"threads", what.threads},
                      {"registers", what.registers},
                      {"shared_bytes", what.shared_bytes}});
  }
  return phases;
}

/// Whether equal waves were left out, for people who compare with a whole simulation.
bool is_sampled(const sim::GpuRun& run) {
  return std::ranges::any_of(run.launches, [](const sim::LaunchRun& launch) {
    return launch.simulated_ctas < launch.ctas;
  });
}

}  // namespace

void add_gpu_run(Json& result, const sim::GpuRun& run, const program::GridProgram& program,
                 const machine::GpuDescription& gpu, const GpuWork& work) {
  const double cycles = cycles_with_launching(run);
  const double moved = run.memory.dram_read_bytes + run.memory.dram_write_bytes;
  const double bandwidth_gb_s = ratio(moved, run.time_s) * 1e-9;
  const double ipc = ratio(run.activity.warp_instructions, cycles);
  const double slots = static_cast<double>(gpu.sms) * gpu.sm.subcores * gpu.sm.issue_per_subcore;
  result["time_s"] = run.time_s;
  result["cycles"] = count_json(cycles);
  result["clock_ghz"] = run.clock_ghz;
  result["work"] = {{"flops", count_json(2 * work.products)},
                    {"products", count_json(work.products)},
                    {"nnz_out", count_json(work.results)},
                    {"compulsory_bytes", count_json(work.compulsory_bytes)}};
  result["gflops"] = ratio(2 * work.products, run.time_s) * 1e-9;
  result["dram"] = {{"read_bytes", count_json(run.memory.dram_read_bytes)},
                    {"write_bytes", count_json(run.memory.dram_write_bytes)},
                    {"left_in_l2_bytes", count_json(run.left_in_l2_bytes)},
                    {"bandwidth_gb_s", bandwidth_gb_s},
                    {"peak_gb_s", gpu.dram.peak_gb_s},
                    {"utilisation", ratio(bandwidth_gb_s, gpu.dram.peak_gb_s)}};
  result["memory"] = levels_json(run);
  result["network"] = {
      {"bytes", run.memory.l2_bytes}, {"mean_hops", nullptr}, {"max_link_utilisation", nullptr}};
  result["issue"] = {{"instructions", count_json(run.activity.warp_instructions)},
                     {"ipc", ipc},
                     {"utilisation", ratio(ipc, slots)}};
  result["tensor"] = {{"utilisation", tensor_utilisation(run, program, gpu)}};
  result["occupancy"] = occupancy_json(run);
  result["stalls"] = stalls_json(run);
  if (const Json units = units_json(run); !units.empty()) result["units"] = units;
  result["roofline"] = roofline_json(run, program, gpu, work);
  result["energy_j"] = energy_json(run);
  result["power_w"] = run.power_w;
  result["power_limited"] = run.power_limited;
  result["sampled"] = is_sampled(run);
  result["phases"] = launches_json(run, program);
  result["by_source"] = gpu_sources_json(run, program);
}

}  // namespace weft::cli
