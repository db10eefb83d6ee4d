// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/launch_estimate.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/gpu/activity.h"
#include "sim/gpu/launch_plan.h"
#include "sim/gpu/loop_timing.h"

// An SM works through its CTAs in rounds of as many as it holds. In a round each segment takes its
// iterations times the slowest of three: the steady loop of the resident CTAs, their blocks' way
// through the SM's port, and the delay of memory over the blocks in flight. Around it lie the first
// block's delay and the results' way out. All rounds together take no less than L2 and DRAM do.

namespace weft::sim {

namespace {

constexpr int kPowerRounds = 3;
/// The memory and the SMs make each other wait: with this exponent two equal times are a ninth
/// longer together.
constexpr double kCrowding = 6.6;

double together(double a, double b) {
  const double most = std::max(a, b);
  return most * std::pow(1 + std::pow(std::min(a, b) / most, kCrowding), 1 / kCrowding);
}

/// The simulator settles for a clock this near to the limit: a step to another clock takes all of
/// the time to change with it, which launches and DRAM do not, and few steps are made: of 27,000
/// random launches one ended 5 % above the limit, the others nearer.
constexpr double kPowerSlack = 0.92;

GpuActivity activity_of(const program::Launch& launch, double l2_bytes, double dram_bytes) {
  GpuActivity activity;
  activity.add(cta_activity(launch), static_cast<double>(launch.grid.ctas()));
  activity.l2_bytes = l2_bytes;
  activity.dram_bytes = dram_bytes;
  return activity;
}

std::string key_of(const program::LoopBody& body, unsigned warps, unsigned ctas) {
  std::string key = fmt::format("{} {} {}", warps, ctas, static_cast<int>(body.math));
  for (const program::WarpStep& step : body.steps) {
    key += fmt::format(" {},{},{},{},{},{}", static_cast<int>(step.op), step.count, step.bytes,
                       step.fma, step.needs, step.gives);
  }
  return key;
}

double bytes_of_iteration(const program::Segment& segment) {
  double bytes = 0;
  for (const program::TileTraffic& load : segment.loads)
    bytes += load.bytes_per_row * static_cast<double>(std::min(load.tile_rows, load.rows));
  return bytes;
}

double bytes_of_stores(const program::Segment& segment) {
  double bytes = 0;
  for (const program::TileTraffic& store : segment.stores)
    bytes += store.bytes_per_row * static_cast<double>(std::min(store.tile_rows, store.rows));
  return bytes;
}

}  // namespace

LaunchEstimator::Traffic LaunchEstimator::traffic_of(const program::Launch& launch) {
  const program::Grid& grid = launch.grid;
  Traffic traffic;
  traffic.dram_bytes = block_bytes_once(launch);
  for (const program::Segment& segment : launch.segments) {
    for (const program::TileTraffic& load : segment.loads) {
      const auto iterations = static_cast<double>(load.by_k ? segment.iterations : 1);
      const double once = load.bytes_per_row * static_cast<double>(load.rows) * iterations *
                          static_cast<double>(load.by_k ? grid.split_k : 1);
      const auto batches = static_cast<double>(grid.batch);
      const auto others = static_cast<double>(load.rows_are_m ? grid.n_tiles : grid.m_tiles);
      traffic.l2_bytes += once * batches * others / load.readers;
    }
    for (const program::TileTraffic& store : segment.stores) {
      const double bytes = store.bytes_per_row * static_cast<double>(store.rows) *
                           static_cast<double>(grid.n_tiles * grid.batch * grid.split_k);
      traffic.dram_bytes += bytes;
      traffic.l2_bytes += bytes;
      traffic.store_bytes += bytes;
    }
  }
  return traffic;
}

/// One iteration of all CTAs that an SM holds, with their data at hand.
double LaunchEstimator::loop_cycles(const program::Launch& launch, const program::Segment& segment,
                                    const GpuParameters& parameters, unsigned ctas) {
  const auto warps = static_cast<unsigned>((launch.threads + 31) / 32);
  const std::string key = key_of(segment.body, warps, ctas);
  const auto known = loops_.find(key);
  if (known != loops_.end()) return known->second;
  return loops_.emplace(key, time_loop(parameters.sm, segment.body, warps, ctas).cycles)
      .first->second;
}

double LaunchEstimator::loop_cycles(const program::Launch& launch, size_t segment, unsigned ctas) {
  return loop_cycles(launch, launch.segments[segment], gpu_parameters(gpu_, gpu_.clock.max_ghz),
                     ctas);
}

/// The same with the blocks' way to the SM.
double LaunchEstimator::steady_cycles(const program::Launch& launch,
                                      const program::Segment& segment,
                                      const GpuParameters& parameters, unsigned ctas) {
  const double loop = loop_cycles(launch, segment, parameters, ctas);
  if (segment.loads.empty()) return loop;
  const double transfer = bytes_of_iteration(segment) / parameters.memory.sm_bytes_per_cycle;
  const double in_flight = std::max(1, launch.stages - 1);
  // CTAs walk along k in step, so that somebody is always the first to ask for a block.
  const double chain = parameters.memory.dram_latency / in_flight;
  return std::max(chain, together(loop, transfer * ctas));
}

/// A round of `ctas` CTAs that begin together.
double LaunchEstimator::round_cycles(const program::Launch& launch, const GpuParameters& parameters,
                                     unsigned ctas) {
  double cycles = parameters.cta_launch_cycles;
  for (const program::Segment& segment : launch.segments) {
    cycles +=
        static_cast<double>(segment.iterations) * steady_cycles(launch, segment, parameters, ctas);
    if (!segment.loads.empty()) cycles += parameters.memory.l2_latency;
    cycles += bytes_of_stores(segment) * ctas / parameters.memory.sm_bytes_per_cycle;
  }
  return cycles;
}

double LaunchEstimator::seconds_at(const program::Launch& launch, unsigned resident,
                                   const Traffic& traffic, double clock_ghz) {
  const GpuParameters parameters = gpu_parameters(gpu_, clock_ghz);
  const auto ctas =
      static_cast<uint64_t>(std::ceil(static_cast<double>(launch.grid.ctas()) / parameters.sms));
  const auto rest = static_cast<unsigned>(ctas % resident);
  const uint64_t rounds = ctas / resident;
  double cycles =
      rounds > 0 ? static_cast<double>(rounds) * round_cycles(launch, parameters, resident) : 0;
  if (rest > 0) cycles += round_cycles(launch, parameters, rest);
  cycles += parameters.memory.dram_latency;
  const double hertz = clock_ghz * 1e9;
  const double dram_s = traffic.dram_bytes / (parameters.memory.dram_bytes_per_cycle * hertz);
  const double l2_s = traffic.l2_bytes / (parameters.memory.l2_bytes_per_cycle * hertz);
  return together(cycles / hertz, together(l2_s, dram_s));
}

double LaunchEstimator::seconds(const program::Launch& launch, unsigned resident) {
  const Traffic traffic = traffic_of(launch);
  const GpuActivity activity = activity_of(launch, traffic.l2_bytes, traffic.dram_bytes);
  double clock_ghz = gpu_.clock.max_ghz;
  double time_s = seconds_at(launch, resident, traffic, clock_ghz);
  for (int round = 0; round < kPowerRounds; ++round) {
    const double dram_s = traffic.dram_bytes / (gpu_.dram.peak_gb_s * gpu_.dram.efficiency * 1e9);
    const double next_ghz = clock_within_power(gpu_, activity, clock_ghz, time_s, dram_s);
    if (next_ghz == clock_ghz) break;
    clock_ghz = next_ghz;
    time_s = seconds_at(launch, resident, traffic, clock_ghz);
  }
  return time_s;
}

double LaunchEstimator::least_within_power_s(const program::Launch& launch, double cycles,
                                             double start_s) const {
  const Traffic traffic = traffic_of(launch);
  // Stores may be left in the L2 when the launch ends.
  const double left_bytes = std::min(traffic.store_bytes, static_cast<double>(gpu_.l2.bytes));
  const double dram_bytes = traffic.dram_bytes - left_bytes;
  const GpuActivity activity = activity_of(launch, traffic.l2_bytes, dram_bytes);
  // Without static power, which the time multiplies.
  const auto joules = [&](double ghz) {
    return kPowerSlack * (gpu_power_w(gpu_, activity, ghz, 1.0) - gpu_.power.static_w);
  };
  const double watts = gpu_.power.limit_w - gpu_.power.static_w;
  const auto time_at = [&](double ghz) { return start_s + cycles / (ghz * 1e9); };
  double low = gpu_.clock.min_ghz;
  double high = gpu_.clock.max_ghz;
  const double dram_s = dram_bytes / (gpu_.dram.peak_gb_s * gpu_.dram.efficiency * 1e9);
  const auto too_fast = [&](double ghz) {
    return joules(ghz) / watts > std::max(dram_s, time_at(ghz));
  };
  if (!too_fast(high)) return time_at(high);
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (too_fast(middle) ? high : low) = middle;
  }
  return time_at(high);
}

}  // namespace weft::sim
