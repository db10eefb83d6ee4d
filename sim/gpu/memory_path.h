// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sim/gpu/sector_cache.h"
#include "sim/machine/gpu_description.h"

namespace weft::sim {

/// Where a load finds its data.
enum class MemoryLevel : size_t { L1, NearL2, FarL2, Dram };
inline constexpr size_t kMemoryLevels = 4;

/// The caches above DRAM as one SM sees them: its L1, the L2 partition beside it, which keeps
/// copies of what lies in the other one, and the whole L2. Tags only: no time passes.
class MemoryPath {
 public:
  explicit MemoryPath(const machine::GpuDescription& gpu);

  /// Reads a sector of a line, fills the levels that lack it and says where it was.
  MemoryLevel load(uint64_t line);

 private:
  SectorCache l1_;
  SectorCache near_;
  SectorCache whole_;
};

/// Load-to-use latency of each level in cycles of the clock, nothing else in the way.
std::array<double, kMemoryLevels> level_latency_cycles(const machine::GpuDescription& gpu,
                                                       double clock_ghz);

/// Runs `load`, a function of a line number, over all lines of a footprint in turn, over and over,
/// in an order without locality, until the caches have settled, and then calls `observe` with what
/// it returns for each of a sample of further lines. `settle_lines` is a number of different lines
/// after which no cache keeps what it had before.
template <class Load, class Observe>
void chase(uint64_t lines, uint64_t settle_lines, Load load, Observe observe) {
  constexpr uint64_t kSample = 4096;
  // A step near the golden ratio of the footprint, odd multiples of which visit every line once
  // where step and footprint have no common divisor.
  uint64_t step = static_cast<uint64_t>(static_cast<double>(lines) * 0.6180339887) | 1;
  const auto divisor = [](uint64_t a, uint64_t b) {
    while (b != 0) {
      const uint64_t rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  };
  while (divisor(step, lines) != 1) step += 2;
  uint64_t line = 0;
  const auto next = [&] { return line = (line + step) % lines; };
  for (uint64_t i = 0; i < (lines < settle_lines ? lines : settle_lines); ++i) load(next());
  for (uint64_t i = 0; i < (lines < kSample ? lines : kSample); ++i) observe(load(next()));
}

/// Mean cycles of a load of one warp that chases pointers through `footprint_bytes`.
double chase_latency_cycles(const machine::GpuDescription& gpu, int64_t footprint_bytes,
                            double clock_ghz);

}  // namespace weft::sim
