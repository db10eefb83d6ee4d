// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "kernels/program/row_program.h"
#include "mapper/search/walk/sector_set.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// An atomic passes the banks of shared memory once to read and once to write.
inline constexpr double kAtomicPasses = 2;

/// How long the CTAs of launches that run side by side take by themselves, step after step: the
/// longest chain of a step, or the time of its work on the pipes of an SM that nobody else uses.
///
/// A load waits as long as the reads of its step do on average. A read is as near as L1, but for
/// sectors that one CTA alone asks for: when it does so first they are in no L1, and in the L2 only
/// if somebody touched them in an earlier stage or wrote to them in this one.
class StageLatency {
 public:
  explicit StageLatency(const machine::GpuDescription& gpu) : gpu_(gpu) {}

  /// Forgets the stage before.
  void begin();
  /// The next launch, which begins `ready_s` late and of which `places` CTAs run at a time.
  void begin_launch(double ready_s, double places);
  void begin_cta();
  /// A read of sectors of the step at hand.
  void add_read(uint64_t first, uint64_t last);
  /// Ends the step. `least_cycles`: of its work. `atomics`: it has some on global memory.
  void end_step(const program::WarpChain& chain, double least_cycles, bool atomics);

  /// Seconds of the stage at least. `known`: sectors touched in earlier stages.
  double seconds(const SectorSet& known, const SectorSet& written);

 private:
  static constexpr uint32_t kMany = ~uint32_t{0};
  static constexpr uint64_t kPage = 4096;
  /// Reads beyond so many are taken to be in L1: a bound on memory.
  static constexpr size_t kMostReads = size_t{1} << 24;

  struct Read {
    uint64_t first;
    uint32_t sectors;
  };
  struct Step {
    program::WarpChain chain;
    double least_cycles;
    uint32_t reads;   // that are kept
    uint32_t nearby;  // reads that are not
    bool atomics;
  };
  struct Launch {
    double ready_s;
    double places;
    size_t first_cta;
  };

  void touch(uint64_t sector);
  bool is_alone(uint64_t sector, uint32_t cta) const;
  double read_cycles(const Read& read, uint32_t cta, const SectorSet& known,
                     const SectorSet& written);
  double chain_cycles(const Step& step, double load) const;

  const machine::GpuDescription& gpu_;
  std::vector<Launch> launches_;
  std::vector<size_t> first_step_;  // [CTA]
  std::vector<Step> steps_;
  std::vector<Read> reads_;
  Step step_{};
  std::unordered_map<uint64_t, std::array<uint32_t, kPage>> owners_;  // [sector] CTA + 1, or kMany
  SectorSet brought_;
};

}  // namespace weft::mapper
