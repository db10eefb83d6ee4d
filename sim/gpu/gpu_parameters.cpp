// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/gpu_parameters.h"

#include <algorithm>

namespace weft::sim {

namespace {

using program::MathType;

/// A sub-core reads operands through one port of each of its register banks: with two banks a
/// multiply-add whose three operands all come from the registers takes one and a half cycles, and
/// the operand cache saves a part of them (MICRO 2025, "Analyzing modern NVIDIA GPU cores").
/// Fitted: docs/deviations.md.
constexpr double kRegisterReads = 2.8;

SmParameters sm_parameters(const machine::SmDescription& sm) {
  SmParameters p;
  const double subcores = sm.subcores;
  p.subcores = static_cast<unsigned>(sm.subcores);
  p.issue = static_cast<unsigned>(sm.issue_per_subcore);
  p.fp32_lanes =
      std::min(sm.pipes.fp32_lanes / subcores, 32 * sm.pipes.register_banks / kRegisterReads);
  p.fp64_lanes = sm.pipes.fp64_lanes / subcores;
  p.alu_lanes = sm.pipes.int_lanes / subcores;
  const machine::TensorRates& rates = sm.tensor.fma_per_cycle;
  const auto set = [&](MathType type, double fma) {
    p.tensor_fma[static_cast<size_t>(type)] = fma / subcores;
  };
  set(MathType::Fp64, rates.fp64);
  set(MathType::Tf32, rates.tf32);
  set(MathType::Fp16, rates.fp16);
  set(MathType::Fp16Acc16, rates.fp16_acc16);
  set(MathType::Bf16, rates.bf16);
  set(MathType::Fp8, rates.fp8);
  set(MathType::Int8, rates.int8);
  p.sparse_factor = sm.tensor.sparse_factor;
  p.mma_rate = sm.tensor.mma_sync_fraction;
  p.shared_bytes = static_cast<double>(sm.shared.bytes_per_cycle);
  p.shared_requests = sm.shared.requests_per_cycle;
  p.shared_latency = static_cast<uint32_t>(sm.shared.latency_cycles);
  p.math_latency = static_cast<uint32_t>(sm.pipes.fp32_latency_cycles);
  p.fp64_latency = static_cast<uint32_t>(sm.pipes.fp64_latency_cycles);
  p.mma_latency = static_cast<uint32_t>(sm.tensor.mma_latency_cycles);
  return p;
}

GpuMemoryParameters memory_parameters(const machine::GpuDescription& gpu, double clock_ghz) {
  GpuMemoryParameters p;
  const double near_part = 1.0 / gpu.l2.partitions;
  p.l2_bytes = static_cast<double>(gpu.l2.bytes);
  p.l2_bytes_per_cycle = gpu.l2.bytes_per_cycle;
  p.l2_latency =
      near_part * gpu.l2.near_latency_cycles + (1 - near_part) * gpu.l2.far_latency_cycles;
  p.dram_latency = gpu.dram.latency_ns * clock_ghz;
  p.dram_bytes_per_cycle = gpu.dram.peak_gb_s * gpu.dram.efficiency / clock_ghz;
  p.dram_channels = gpu.dram.channels;
  p.dram_piece_cycles = gpu.dram.piece_ns * clock_ghz;
  p.sector_bytes = static_cast<double>(gpu.l2.sector_bytes);
  return p;
}

}  // namespace

GpuParameters gpu_parameters(const machine::GpuDescription& gpu, double clock_ghz) {
  GpuParameters p;
  p.sms = static_cast<unsigned>(gpu.sms);
  p.clock_ghz = clock_ghz;
  p.sm = sm_parameters(gpu.sm);
  p.memory = memory_parameters(gpu, clock_ghz);
  p.cta_launch_cycles = static_cast<uint32_t>(gpu.launch.cta_start_cycles);
  return p;
}

}  // namespace weft::sim
