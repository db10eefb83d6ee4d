// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/quantity.h"
#include "sim/machine/checker.h"
#include "sim/machine/gpu_schema.h"

namespace weft::machine {

namespace {

/// The major number of "9.0"; nothing for text of another form.
int major_of(const std::string& capability) {
  int major = 0;
  int minor = 0;
  const char* end = capability.data() + capability.size();
  const auto first = std::from_chars(capability.data(), end, major);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return 0;
  const auto second = std::from_chars(first.ptr + 1, end, minor);
  return second.ec == std::errc() && second.ptr == end ? major : 0;
}

void check_clock(const ClockDescription& clock, Checker& check) {
  const std::string found = fmt::format(", found {}, {}, {}, {}", clock.min_ghz, clock.base_ghz,
                                        clock.boost_ghz, clock.max_ghz);
  check.require(clock.min_ghz <= clock.base_ghz && clock.base_ghz <= clock.boost_ghz &&
                    clock.boost_ghz <= clock.max_ghz,
                "clock", "expected min_ghz <= base_ghz <= boost_ghz <= max_ghz" + found);
}

void check_pipes(const SmDescription& sm, Checker& check) {
  const PipesDescription& pipes = sm.pipes;
  check.require(
      pipes.fp32_lanes % sm.subcores == 0, "sm.pipes.fp32_lanes",
      fmt::format("expected a multiple of {} sub-cores, found {}", sm.subcores, pipes.fp32_lanes));
  const int most = std::min(pipes.fp32_lanes, pipes.int_lanes);
  check.require(pipes.fp32_lanes_shared_with_int <= most, "sm.pipes.fp32_lanes_shared_with_int",
                fmt::format("expected at most {} (fp32_lanes and int_lanes), found {}", most,
                            pipes.fp32_lanes_shared_with_int));
}

void check_shared(const SmDescription& sm, Checker& check) {
  check.require_power_of_two(sm.shared.banks, "sm.shared.banks");
  check.require_power_of_two(sm.shared.bank_bytes, "sm.shared.bank_bytes");
  check.require(
      !sm.l1.unified || sm.shared.max_bytes < sm.l1.bytes, "sm.shared.max_bytes",
      fmt::format("expected less than sm.l1.bytes ({}), of which it is a part, found {}",
                  base::format_bytes(sm.l1.bytes), base::format_bytes(sm.shared.max_bytes)));
  check.require_power_of_two(sm.l1.sector_bytes, "sm.l1.sector_bytes");
  check.require_power_of_two(sm.l1.line_bytes, "sm.l1.line_bytes");
  check.require(
      sm.l1.line_bytes % sm.l1.sector_bytes == 0, "sm.l1.line_bytes",
      fmt::format("expected a multiple of {} (sm.l1.sector_bytes), found {}",
                  base::format_bytes(sm.l1.sector_bytes), base::format_bytes(sm.l1.line_bytes)));
}

/// Whether the SM has only what its compute capability knows.
void check_capability(const GpuDescription& gpu, Checker& check) {
  const int major = major_of(gpu.compute_capability);
  check.require(
      major > 0, "compute_capability",
      fmt::format("expected a version such as \"9.0\", found '{}'", gpu.compute_capability));
  if (major == 0) return;
  const auto require_from = [&](bool has, int from, const std::string& path) {
    check.require(!has || major >= from, path,
                  fmt::format("expected compute capability {}.0 or later, found {}", from,
                              gpu.compute_capability));
  };
  const TensorDescription& tensor = gpu.sm.tensor;
  require_from(tensor.generation != TensorGeneration::None, 7, "sm.tensor.generation");
  require_from(tensor.sparse_factor > 1, 8, "sm.tensor.sparse_factor");
  require_from(tensor.wgmma, 9, "sm.tensor.wgmma");
  require_from(gpu.sm.copy.async_copy, 8, "sm.copy.async_copy");
  require_from(gpu.sm.copy.mbarrier, 8, "sm.copy.mbarrier");
  require_from(gpu.sm.copy.tma, 9, "sm.copy.tma");
  require_from(gpu.sm.copy.cluster_ctas > 1, 9, "sm.copy.cluster_ctas");
}

void check_tensor(const TensorDescription& tensor, Checker& check) {
  const TensorRates& rates = tensor.fma_per_cycle;
  const double most = std::max({rates.fp64, rates.tf32, rates.fp16, rates.fp16_acc16, rates.bf16,
                                rates.fp8, rates.fp8_acc16, rates.int8});
  const bool none = tensor.generation == TensorGeneration::None;
  check.require(
      none == (most == 0), "sm.tensor.fma_per_cycle",
      fmt::format("expected {} for generation {}, found a largest rate of {}",
                  none ? "rates of 0" : "a rate above 0",
                  tensor_generation_words()[static_cast<size_t>(tensor.generation)], most));
}

void check_l2(const GpuDescription& gpu, Checker& check) {
  const GpuL2Description& l2 = gpu.l2;
  check.require_power_of_two(l2.line_bytes, "l2.line_bytes");
  check.require_power_of_two(l2.sector_bytes, "l2.sector_bytes");
  check.require(
      l2.slices % l2.partitions == 0, "l2.slices",
      fmt::format("expected a multiple of {} partitions, found {}", l2.partitions, l2.slices));
  const int64_t row = l2.line_bytes * l2.slices;
  check.require(l2.bytes % row == 0, "l2.bytes",
                fmt::format("expected a multiple of {} ({} slices of lines of {}), found {}",
                            base::format_bytes(row), l2.slices, base::format_bytes(l2.line_bytes),
                            base::format_bytes(l2.bytes)));
  check.require(l2.near_latency_cycles > gpu.sm.l1.latency_cycles, "l2.near_latency_cycles",
                fmt::format("expected more than the {} cycles of L1, found {}",
                            gpu.sm.l1.latency_cycles, l2.near_latency_cycles));
  const bool ordered = l2.partitions == 1 ? l2.far_latency_cycles == l2.near_latency_cycles
                                          : l2.far_latency_cycles >= l2.near_latency_cycles;
  check.require(ordered, "l2.far_latency_cycles",
                fmt::format("expected {} near_latency_cycles ({}), found {}",
                            l2.partitions == 1 ? "with one partition" : "at least",
                            l2.near_latency_cycles, l2.far_latency_cycles));
}

void check_dram(const GpuDescription& gpu, Checker& check) {
  const GpuDramDescription& dram = gpu.dram;
  check.require(dram.bus_bits % dram.channels == 0, "dram.channels",
                fmt::format("expected a divisor of {} (dram.bus_bits), found {}", dram.bus_bits,
                            dram.channels));
  const double pins_gb_s = dram.bus_bits * dram.gbit_s_per_pin / 8;
  check.require(std::abs(dram.peak_gb_s - pins_gb_s) <= 0.02 * pins_gb_s, "dram.peak_gb_s",
                fmt::format("expected {:.4g} GB/s within 2 % ({} pins of {} Gbit/s), found {}",
                            pins_gb_s, dram.bus_bits, dram.gbit_s_per_pin, dram.peak_gb_s));
  const double l2_ns = gpu.l2.near_latency_cycles / gpu.clock.boost_ghz;
  check.require(
      dram.latency_ns > l2_ns, "dram.latency_ns",
      fmt::format("expected more than the {:.4g} ns of L2, found {}", l2_ns, dram.latency_ns));
}

void check_power(const GpuDescription& gpu, Checker& check) {
  const PowerDescription& power = gpu.power;
  check.require(
      power.static_w < power.limit_w, "power.static_w",
      fmt::format("expected less than limit_w ({} W), found {}", power.limit_w, power.static_w));
  check.require(power.min_v <= power.max_v, "power.max_v",
                fmt::format("expected at least min_v ({}), found {}", power.min_v, power.max_v));
  check.require(power.knee_ghz < gpu.clock.max_ghz, "power.knee_ghz",
                fmt::format("expected less than clock.max_ghz ({} GHz), found {}",
                            gpu.clock.max_ghz, power.knee_ghz));
}

}  // namespace

void check_gpu(const GpuDescription& gpu, const base::YamlNode& document,
               base::Diagnostics& diagnostics) {
  Checker check(document, diagnostics);
  check_capability(gpu, check);
  check_clock(gpu.clock, check);
  check_pipes(gpu.sm, check);
  check_tensor(gpu.sm.tensor, check);
  check_shared(gpu.sm, check);
  check_l2(gpu, check);
  check_dram(gpu, check);
  check_power(gpu, check);
}

}  // namespace weft::machine
