// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/program/row_program.h"
#include "sim/gpu/gpu_parameters.h"
#include "sim/gpu/sector_memory.h"
#include "sim/machine/occupancy.h"

namespace weft::sim {

/// What an SM shares out among CTAs of several launches.
struct SmRoom {
  int warps = 0;
  int blocks = 0;
  int64_t registers = 0;
  int64_t shared_bytes = 0;

  bool fits(const SmRoom& need) const {
    return need.warps <= warps && need.blocks <= blocks && need.registers <= registers &&
           need.shared_bytes <= shared_bytes;
  }
  void take(const SmRoom& need) { add(need, -1); }
  void give(const SmRoom& need) { add(need, 1); }

 private:
  void add(const SmRoom& need, int sign) {
    warps += sign * need.warps;
    blocks += sign * need.blocks;
    registers += sign * need.registers;
    shared_bytes += sign * need.shared_bytes;
  }
};

/// One launch of a stage as the SMs run it.
struct RowLaunchPlan {
  const program::RowLaunch* launch = nullptr;
  machine::Occupancy occupancy;
  SmRoom need;               // of one CTA
  uint64_t ready_cycle = 0;  // the host has launched it
};

/// A stage as the SMs run it.
struct RowStagePlan {
  std::vector<RowLaunchPlan> launches;
  GpuParameters parameters;
  SectorGeometry geometry;
  SmRoom room;           // of an SM
  int64_t l1_bytes = 0;  // of an SM, beside the shared memory of this stage
  double l1_latency = 0;
  double l1_bytes_per_cycle = 128;
  uint64_t dispatch_cycles = 1;  // between two CTAs that one SM is given
};

/// Hands out the CTAs of the launches of a stage in order: an SM gets the next CTA of the first
/// launch that is ready and whose CTAs still fit beside those that it has.
class RowSource {
 public:
  explicit RowSource(const RowStagePlan& plan) : plan_(plan), next_(plan.launches.size(), 0) {}

  struct Place {
    size_t launch = 0;
    int64_t cta = 0;
  };
  /// A CTA that fits `room` at `cycle`, if there is one.
  std::optional<Place> take(const SmRoom& room, uint64_t cycle);
  /// The earliest cycle after `cycle` at which a launch with CTAs left becomes ready, if any.
  std::optional<uint64_t> ready_after(uint64_t cycle) const;

 private:
  bool left(size_t launch) const { return next_[launch] < plan_.launches[launch].launch->ctas; }

  const RowStagePlan& plan_;
  std::vector<int64_t> next_;  // [launch]
};

}  // namespace weft::sim
