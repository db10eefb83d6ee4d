// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/memory_path.h"

#include <algorithm>

namespace weft::sim {

namespace {

constexpr unsigned kL2Ways = 16;

/// What pointer chases on four cards show of L1: misses begin at 0.64 to 0.88 of its bytes and are
/// all there is at half as much again, as two ways with the least recently used replaced do it.
constexpr unsigned kChaseL1Ways = 2;
constexpr double kL1Share = 0.82;

}  // namespace

MemoryPath::MemoryPath(const machine::GpuDescription& gpu)
    : l1_(static_cast<int64_t>(kL1Share * static_cast<double>(gpu.sm.l1.bytes)), kChaseL1Ways,
          gpu.sm.l1.line_bytes),
      near_(gpu.l2.bytes / gpu.l2.partitions, kL2Ways, gpu.l2.line_bytes),
      whole_(gpu.l2.bytes, kL2Ways, gpu.l2.line_bytes) {}

MemoryLevel MemoryPath::load(uint64_t line) {
  constexpr uint32_t kOneSector = 1;
  if (l1_.access(line, kOneSector) == 0) return MemoryLevel::L1;
  if (near_.access(line, kOneSector) == 0) return MemoryLevel::NearL2;
  return whole_.access(line, kOneSector) == 0 ? MemoryLevel::FarL2 : MemoryLevel::Dram;
}

std::array<double, kMemoryLevels> level_latency_cycles(const machine::GpuDescription& gpu,
                                                       double clock_ghz) {
  return {gpu.sm.l1.latency_cycles, gpu.l2.near_latency_cycles, gpu.l2.far_latency_cycles,
          gpu.dram.latency_ns * clock_ghz};
}

double chase_latency_cycles(const machine::GpuDescription& gpu, int64_t footprint_bytes,
                            double clock_ghz) {
  MemoryPath path(gpu);
  const auto latency = level_latency_cycles(gpu, clock_ghz);
  const auto lines = static_cast<uint64_t>(std::max<int64_t>(1, footprint_bytes / 128));
  const auto l2_lines = static_cast<uint64_t>(gpu.l2.bytes / gpu.l2.line_bytes);
  double sum = 0;
  double loads = 0;
  chase(
      lines, l2_lines + l2_lines / 4, [&](uint64_t line) { return path.load(line); },
      [&](MemoryLevel level) {
        sum += latency[static_cast<size_t>(level)];
        ++loads;
      });
  return sum / loads;
}

}  // namespace weft::sim
