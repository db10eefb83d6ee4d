// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/power_model.h"

#include <algorithm>
#include <cmath>

namespace weft::sim {

namespace {

using program::MathType;

constexpr double kPico = 1e-12;

double pj_of_tensor_fma(const machine::GpuEnergyDescription& energy, MathType type) {
  switch (type) {
    case MathType::Fp64:
      return energy.tensor_fp64_fma_pj;
    case MathType::Tf32:
      return energy.tensor_tf32_fma_pj;
    case MathType::Fp8:
      return energy.tensor_fp8_fma_pj;
    case MathType::Int8:
      return energy.tensor_int8_fma_pj;
    default:
      return energy.tensor_fp16_fma_pj;
  }
}

double pj_of_fma(const machine::GpuEnergyDescription& energy, MathType type) {
  if (type == MathType::Fp64) return energy.fp64_fma_pj;
  return type == MathType::Fp32 ? energy.fp32_fma_pj : energy.fp16_fma_pj;
}

}  // namespace

void GpuActivity::add(const GpuActivity& other, double times) {
  warp_instructions += times * other.warp_instructions;
  for (size_t i = 0; i < program::kMathTypes; ++i) {
    fma[i] += times * other.fma[i];
    tensor_fma[i] += times * other.tensor_fma[i];
    zero_fma[i] += times * other.zero_fma[i];
    zero_tensor_fma[i] += times * other.zero_tensor_fma[i];
  }
  int_ops += times * other.int_ops;
  register_bytes += times * other.register_bytes;
  shared_bytes += times * other.shared_bytes;
  l1_bytes += times * other.l1_bytes;
  l2_bytes += times * other.l2_bytes;
  dram_bytes += times * other.dram_bytes;
}

std::map<std::string, double> gpu_energy_j(const machine::GpuDescription& gpu,
                                           const GpuActivity& activity, double clock_ghz,
                                           double time_s) {
  const machine::GpuEnergyDescription& energy = gpu.energy;
  const double volts = gpu.volts_at(clock_ghz) / gpu.power.nominal_v;
  const double on_chip = kPico * energy.scale * volts * volts;
  double math = energy.int_op_pj * activity.int_ops;
  double tensor = 0;
  for (size_t i = 0; i < program::kMathTypes; ++i) {
    const auto type = static_cast<MathType>(i);
    math += pj_of_fma(energy, type) * (activity.fma[i] - activity.zero_fma[i]);
    tensor +=
        pj_of_tensor_fma(energy, type) * (activity.tensor_fma[i] - activity.zero_tensor_fma[i]);
  }
  return {{"instructions", on_chip * energy.instruction_pj * activity.warp_instructions},
          {"math", on_chip * math},
          {"tensor", on_chip * tensor},
          {"registers", on_chip * energy.register_byte_pj * activity.register_bytes},
          {"shared", on_chip * energy.shared_byte_pj * activity.shared_bytes},
          {"l1", on_chip * energy.l1_byte_pj * activity.l1_bytes},
          {"l2", on_chip * energy.l2_byte_pj * activity.l2_bytes},
          {"dram", kPico * energy.dram_byte_pj * activity.dram_bytes},
          {"static", gpu.power.static_w * time_s}};
}

double gpu_power_w(const machine::GpuDescription& gpu, const GpuActivity& activity,
                   double clock_ghz, double time_s) {
  double joules = 0;
  for (const auto& [unit, j] : gpu_energy_j(gpu, activity, clock_ghz, time_s)) joules += j;
  return joules / time_s;
}

double clock_within_power(const machine::GpuDescription& gpu, const GpuActivity& activity,
                          double clock_ghz, double time_s, double bound_s) {
  const auto power_at = [&](double ghz) {
    const double time = std::max(bound_s, time_s * clock_ghz / ghz);
    return gpu_power_w(gpu, activity, ghz, time);
  };
  double low = gpu.clock.min_ghz;
  double high = gpu.clock.max_ghz;
  if (power_at(high) <= gpu.power.limit_w) return high;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (power_at(middle) > gpu.power.limit_w ? high : low) = middle;
  }
  return low;
}

}  // namespace weft::sim
