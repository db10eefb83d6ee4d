// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/activity.h"

namespace weft::sim {

namespace {

using program::WarpOp;

constexpr double kLanes = 32;
constexpr double kWordBytes = 4;
/// Registers that a multiply-add on the ordinary pipes reads and writes.
constexpr double kFmaRegisters = 4;

bool is_tensor(WarpOp op) {
  return op == WarpOp::Mma || op == WarpOp::MmaSparse || op == WarpOp::Wgmma ||
         op == WarpOp::WgmmaSparse;
}

/// Adds `times` executions of one step.
void add_step(GpuActivity& activity, const program::WarpStep& step, program::MathType math,
              double times) {
  const double n = times * step.count;
  const auto type = static_cast<size_t>(math);
  activity.warp_instructions += n;
  activity.shared_bytes += n * step.bytes;
  if (is_tensor(step.op)) {
    activity.tensor_fma[type] += n * step.fma;
  } else if (step.op == WarpOp::Fma32 || step.op == WarpOp::Fma64) {
    activity.fma[type] += n * step.fma;
    activity.register_bytes += n * kLanes * kWordBytes * kFmaRegisters;
  } else if (step.op == WarpOp::Alu) {
    activity.int_ops += n * kLanes;
  } else if (step.op == WarpOp::LoadShared || step.op == WarpOp::LoadGlobal) {
    activity.register_bytes += n * step.bytes;
  }
}

}  // namespace

GpuActivity cta_activity(const program::Launch& launch) {
  GpuActivity activity;
  const double warps = (launch.threads + 31) / 32;
  for (const program::Segment& segment : launch.segments) {
    const double times = warps * static_cast<double>(segment.iterations);
    for (const program::WarpStep& step : segment.body.steps) {
      add_step(activity, step, segment.body.math, times);
    }
    activity.warp_instructions += warps * segment.store_instructions;
  }
  return activity;
}

}  // namespace weft::sim
