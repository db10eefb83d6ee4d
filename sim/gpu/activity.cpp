// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/activity.h"

namespace weft::sim {

namespace {

using program::WarpOp;

constexpr double kLanes = 32;

bool is_tensor(WarpOp op) {
  return op == WarpOp::Mma || op == WarpOp::MmaSparse || op == WarpOp::Wgmma ||
         op == WarpOp::WgmmaSparse;
}

/// The part of a segment's products that is padding: of rows and columns of tiles beyond the edge
/// of the operands.
double padding_of(const program::Segment& segment) {
  double used = 1;
  for (const program::TileTraffic& load : segment.loads) {
    const int64_t tiles = (load.rows + load.tile_rows - 1) / load.tile_rows;
    used *= static_cast<double>(load.rows) / static_cast<double>(tiles * load.tile_rows);
  }
  return 1 - used;
}

/// Adds `times` executions of one step, the part `padding` of whose products is padding.
void add_step(GpuActivity& activity, const program::WarpStep& step, program::MathType math,
              double times, double padding) {
  const double n = times * step.count;
  const auto type = static_cast<size_t>(math);
  activity.warp_instructions += n;
  activity.shared_bytes += n * step.bytes;
  if (is_tensor(step.op)) {
    activity.tensor_fma[type] += n * step.fma;
    activity.zero_tensor_fma[type] += n * step.fma * padding;
  } else if (step.op == WarpOp::Fma32 || step.op == WarpOp::Fma64) {
    activity.fma[type] += n * step.fma;
    activity.zero_fma[type] += n * step.fma * padding;
    activity.register_bytes += n * fma_register_bytes(step.op == WarpOp::Fma64);
  } else if (step.op == WarpOp::Alu) {
    activity.int_ops += n * kLanes;
  } else if (step.op == WarpOp::LoadShared || step.op == WarpOp::LoadGlobal) {
    activity.register_bytes += n * step.bytes;
  }
}

}  // namespace

double fma_register_bytes(bool fp64) {
  constexpr double kRegisters = 4;  // three operands and a result
  return kLanes * kRegisters * (fp64 ? 8 : 4);
}

GpuActivity cta_activity(const program::Launch& launch) {
  GpuActivity activity;
  const int warps = (launch.threads + 31) / 32;
  for (const program::Segment& segment : launch.segments) {
    const double times = warps * static_cast<double>(segment.iterations);
    const double padding = padding_of(segment);
    for (const program::WarpStep& step : segment.body.steps) {
      add_step(activity, step, segment.body.math, times, padding);
    }
    activity.warp_instructions += warps * segment.store_instructions;
  }
  return activity;
}

}  // namespace weft::sim
