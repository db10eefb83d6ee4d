// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/cache_bandwidth.h"

#include <algorithm>

#include "sim/gpu/memory_path.h"
#include "sim/gpu/sector_cache.h"

namespace weft::sim {

namespace {

constexpr int64_t kCacheLineBytes = 128;

/// Two partitions lose lines from three quarters of their capacity on, and all of them when the
/// footprint is half as large again (bandwidth tables of an A100 and an H200).
constexpr double kReplicatedShare = 0.75;
constexpr unsigned kReplicatedWays = 2;
constexpr unsigned kWays = 16;
constexpr unsigned kStreamL1Ways = 2;

double miss_fraction(int64_t cache_bytes, unsigned ways, int64_t footprint_bytes) {
  // Where the least recently used line makes room, a lap over half of the capacity finds all, one
  // over twice as much nothing.
  if (footprint_bytes <= cache_bytes / 2) return 0;
  if (footprint_bytes >= 2 * cache_bytes) return 1;
  SectorCache cache(cache_bytes, ways, kCacheLineBytes);
  const auto lines = static_cast<uint64_t>(std::max<int64_t>(1, footprint_bytes / kCacheLineBytes));
  const auto capacity = static_cast<uint64_t>(cache_bytes / kCacheLineBytes);
  double missed = 0;
  double loads = 0;
  chase(
      lines, 2 * capacity, [&](uint64_t line) { return cache.access(line, 1); },
      [&](uint32_t missing) {
        missed += missing != 0 ? 1 : 0;
        ++loads;
      });
  return missed / loads;
}

}  // namespace

double shared_miss_fraction(const machine::GpuDescription& gpu, int64_t footprint_bytes) {
  const bool replicated = gpu.l2.partitions > 1;
  const double share = replicated ? kReplicatedShare : 1;
  return miss_fraction(static_cast<int64_t>(share * static_cast<double>(gpu.l2.bytes)),
                       replicated ? kReplicatedWays : kWays, footprint_bytes);
}

double shared_read_gb_s(const machine::GpuDescription& gpu, int64_t footprint_bytes,
                        double clock_ghz) {
  const double l2_gb_s = gpu.l2.bytes_per_cycle * clock_ghz;
  const double dram_gb_s = gpu.dram.peak_gb_s * gpu.dram.efficiency;
  const double missed = shared_miss_fraction(gpu, footprint_bytes);
  return 1 / std::max(1 / l2_gb_s, missed / dram_gb_s);
}

double private_read_gb_s(const machine::GpuDescription& gpu, int64_t footprint_bytes,
                         double clock_ghz) {
  const machine::SmDescription& sm = gpu.sm;
  const double l1_bytes_per_cycle =
      std::min(static_cast<double>(sm.l1.bytes_per_cycle),
               sm.shared.requests_per_cycle * static_cast<double>(sm.l1.line_bytes));
  const double l1_gb_s = l1_bytes_per_cycle * gpu.sms * clock_ghz;
  const double l2_gb_s = gpu.l2.bytes_per_cycle * clock_ghz;
  const double missed = miss_fraction(sm.l1.bytes, kStreamL1Ways, footprint_bytes);
  return 1 / std::max(1 / l1_gb_s, missed / l2_gb_s);
}

}  // namespace weft::sim
