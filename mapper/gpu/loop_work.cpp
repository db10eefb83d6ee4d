// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/loop_work.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mapper/gpu/tensor_rate.h"
#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

using program::WarpOp;

double bytes_of_cta(const program::Segment& segment) {
  double bytes = 0;
  for (const program::TileTraffic& load : segment.loads) {
    const double times = load.by_k ? static_cast<double>(segment.iterations) : 1;
    bytes += load.bytes_per_row * static_cast<double>(load.tile_rows) * times / load.readers;
  }
  for (const program::TileTraffic& store : segment.stores) {
    bytes += store.bytes_per_row * static_cast<double>(store.tile_rows);
  }
  return bytes;
}

}  // namespace

LoopWork loop_work(const program::Launch& launch, const program::LoopBody& body,
                   const machine::GpuDescription& gpu) {
  const machine::SmDescription& sm = gpu.sm;
  const double warps = std::ceil(launch.threads / static_cast<double>(kLanes));
  const double rate = tensor_rate(sm.tensor.fma_per_cycle, body.math);
  LoopWork work;
  for (const program::WarpStep& step : body.steps) {
    const double n = warps * step.count;
    work.issue += n / (sm.subcores * sm.issue_per_subcore);
    switch (step.op) {
      case WarpOp::Fma32:
        work.math += n * static_cast<double>(kLanes) / sm.pipes.fp32_lanes;
        break;
      case WarpOp::Fma64:
        work.math += n * static_cast<double>(kLanes) / sm.pipes.fp64_lanes;
        break;
      case WarpOp::Mma:
        work.math += n * step.fma / (rate * sm.tensor.mma_sync_fraction);
        break;
      case WarpOp::MmaSparse:
        work.math +=
            n * step.fma / (rate * sm.tensor.mma_sync_fraction * sm.tensor.sparse_factor / 2);
        break;
      case WarpOp::Wgmma:
        work.math += n * step.fma / rate;
        break;
      case WarpOp::WgmmaSparse:
        work.math += n * step.fma / (rate * sm.tensor.sparse_factor / 2);
        break;
      default:
        break;
    }
    work.shared += n * step.bytes / static_cast<double>(sm.shared.bytes_per_cycle);
  }
  return work;
}

machine::Occupancy occupancy_of(const program::Launch& launch, const machine::GpuDescription& gpu) {
  machine::LaunchShape shape;
  shape.threads_per_block = launch.threads;
  shape.registers_per_thread = launch.registers;
  shape.dynamic_shared_bytes = launch.shared_bytes;
  return machine::occupancy(
      machine::sm_limits(machine::parse_compute_capability(gpu.compute_capability).value()), shape);
}

double estimate_launch_s(const program::Launch& launch, const machine::GpuDescription& gpu) {
  const int resident = occupancy_of(launch, gpu).blocks_per_sm;
  if (resident == 0) return std::numeric_limits<double>::infinity();
  const double hertz = gpu.clock.max_ghz * 1e9;
  const double ctas = static_cast<double>(launch.grid.ctas());
  const double ctas_of_sm = std::ceil(ctas / gpu.sms);
  const double rounds = std::ceil(ctas_of_sm / resident);
  const double latency = gpu.l2.near_latency_cycles / std::max(1, launch.stages - 1);
  double sm_cycles = 0, bytes = 0;
  for (const program::Segment& segment : launch.segments) {
    const LoopWork work = loop_work(launch, segment.body, gpu);
    const double busy = ctas_of_sm * std::max({work.math, work.issue, work.shared});
    const double waiting = segment.loads.empty() ? 0 : rounds * latency;
    sm_cycles += static_cast<double>(segment.iterations) * std::max(busy, waiting);
    bytes += bytes_of_cta(segment) * ctas;
  }
  return std::max(sm_cycles, bytes / gpu.l2.bytes_per_cycle) / hertz;
}

}  // namespace weft::mapper
