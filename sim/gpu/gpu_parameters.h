// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "kernels/program/grid_program.h"
#include "sim/machine/gpu_description.h"

namespace weft::sim {

/// What an SM does in a core cycle.
struct SmParameters {
  unsigned subcores = 4;
  unsigned issue = 1;      // instructions that a sub-core issues in a cycle
  double fp32_lanes = 32;  // of a sub-core
  double fp64_lanes = 16;  // of a sub-core
  double alu_lanes = 16;   // of a sub-core
  std::array<double, program::kMathTypes> tensor_fma{};  // of a sub-core per cycle; 0: no such unit
  double sparse_factor = 2;                              // of the tensor rate with a 2:4 operand
  double mma_rate = 1;         // part of the tensor rate that mma.sync reaches
  double shared_bytes = 128;   // of the shared-memory pipe per cycle, over the SM
  double shared_requests = 1;  // warp instructions that it takes per cycle
  uint32_t shared_latency = 24;
  uint32_t math_latency = 4;
  uint32_t fp64_latency = 8;
  uint32_t mma_latency = 24;
  uint32_t barrier_cycles = 20;
};

/// The memory side of the machine in core cycles of the clock at hand.
struct GpuMemoryParameters {
  double l2_bytes = 0;              // capacity that one launch's blocks can use
  double l2_bytes_per_cycle = 0;    // over all slices
  double sm_bytes_per_cycle = 64;   // between the network and one SM
  double l2_latency = 0;            // load to use
  double dram_latency = 0;          // load to use, L2 missed
  double dram_bytes_per_cycle = 0;  // sustained
  double dram_channels = 1;
  double dram_piece_cycles = 0;  // least time of a channel for bytes that lie apart from others
  double sector_bytes = 32;
};

/// An SM array at one clock.
struct GpuParameters {
  unsigned sms = 1;
  double clock_ghz = 1;
  SmParameters sm;
  GpuMemoryParameters memory;
  uint32_t cta_launch_cycles = 0;  // from a free place on an SM to the first instruction of its CTA
};

/// The machine at a clock: latencies and bandwidths of DRAM become core cycles.
GpuParameters gpu_parameters(const machine::GpuDescription& gpu, double clock_ghz);

}  // namespace weft::sim
