// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <string>

#include "kernels/program/grid_program.h"
#include "sim/machine/gpu_description.h"

namespace weft::sim {

/// What an SM array did, counted in the events that cost energy.
struct GpuActivity {
  double warp_instructions = 0;
  std::array<double, program::kMathTypes> fma{};         // on the ordinary pipes, lanes
  std::array<double, program::kMathTypes> tensor_fma{};  // on the tensor cores
  /// Of these, what had the zeros of padding for operands: multipliers do not switch on zeros.
  std::array<double, program::kMathTypes> zero_fma{};
  std::array<double, program::kMathTypes> zero_tensor_fma{};
  double int_ops = 0;  // lanes
  double register_bytes = 0;
  double shared_bytes = 0;
  double l1_bytes = 0;
  double l2_bytes = 0;
  double dram_bytes = 0;

  /// Adds `times` as much as `other` counts.
  void add(const GpuActivity& other, double times = 1);
};

/// Joules of a run by unit: each event at its energy and the voltage of the clock, and static power
/// over the time. DRAM has its own supply and does not follow the voltage.
std::map<std::string, double> gpu_energy_j(const machine::GpuDescription& gpu,
                                           const GpuActivity& activity, double clock_ghz,
                                           double time_s);

/// Average power of the card in watts.
double gpu_power_w(const machine::GpuDescription& gpu, const GpuActivity& activity,
                   double clock_ghz, double time_s);

/// The highest clock at which the activity, its time falling with the clock, stays within the power
/// limit; not above clock.max_ghz and not under clock.min_ghz. `bound_s` is the part of the time
/// that does not fall with the clock (DRAM).
double clock_within_power(const machine::GpuDescription& gpu, const GpuActivity& activity,
                          double clock_ghz, double time_s, double bound_s);

}  // namespace weft::sim
