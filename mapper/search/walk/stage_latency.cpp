// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/walk/stage_latency.h"

#include <algorithm>
#include <cmath>

namespace weft::mapper {

void StageLatency::begin() {
  launches_.clear();
  first_step_.clear();
  steps_.clear();
  reads_.clear();
  owners_.clear();
  brought_.clear();
  step_ = {};
}

void StageLatency::begin_launch(double ready_s, double places) {
  launches_.push_back({ready_s, places, first_step_.size()});
}

void StageLatency::begin_cta() {
  first_step_.push_back(steps_.size());
}

void StageLatency::touch(uint64_t sector) {
  uint32_t& owner = owners_[sector / kPage][sector % kPage];
  const auto cta = static_cast<uint32_t>(first_step_.size());
  owner = owner == 0 || owner == cta ? cta : kMany;
}

bool StageLatency::is_alone(uint64_t sector, uint32_t cta) const {
  return owners_.at(sector / kPage)[sector % kPage] == cta + 1;
}

void StageLatency::add_read(uint64_t first, uint64_t last) {
  for (uint64_t sector = first; sector <= last; ++sector) touch(sector);
  if (reads_.size() >= kMostReads) {
    ++step_.nearby;
    return;
  }
  reads_.push_back({first, static_cast<uint32_t>(last - first + 1)});
  ++step_.reads;
}

void StageLatency::end_step(const program::WarpChain& chain, double least_cycles, bool atomics) {
  step_.chain = chain;
  step_.least_cycles = least_cycles;
  step_.atomics = atomics;
  steps_.push_back(step_);
  step_ = {};
}

double StageLatency::read_cycles(const Read& read, uint32_t cta, const SectorSet& known,
                                 const SectorSet& written) {
  const double near = 1.0 / gpu_.l2.partitions;
  const double l2 = near * gpu_.l2.near_latency_cycles + (1 - near) * gpu_.l2.far_latency_cycles;
  double cycles = gpu_.sm.l1.latency_cycles;
  for (uint64_t sector = read.first; sector < read.first + read.sectors; ++sector) {
    if (!is_alone(sector, cta) || !brought_.insert(sector)) continue;
    const bool below = known.contains(sector) || written.contains(sector);
    cycles = std::max(cycles, below ? l2 : gpu_.dram.latency_ns * gpu_.clock.max_ghz);
  }
  return cycles;
}

double StageLatency::chain_cycles(const Step& step, double load) const {
  const machine::SmDescription& sm = gpu_.sm;
  const program::WarpChain& chain = step.chain;
  const double shared = std::floor(sm.shared.latency_cycles);
  const double atomic = step.atomics ? sm.l1.latency_cycles : 0;
  return std::floor(chain.loads * load + chain.global_atomics * atomic +
                    chain.instructions * std::floor(sm.pipes.fp32_latency_cycles) +
                    (chain.shared + kAtomicPasses * chain.atomics) * shared +
                    chain.fma64 * std::floor(sm.pipes.fp64_latency_cycles));
}

double StageLatency::seconds(const SectorSet& known, const SectorSet& written) {
  const double hertz = gpu_.clock.max_ghz * 1e9;
  double seconds = 0;
  size_t read = 0;
  for (size_t l = 0; l < launches_.size(); ++l) {
    const Launch& launch = launches_[l];
    const size_t end = l + 1 < launches_.size() ? launches_[l + 1].first_cta : first_step_.size();
    double longest = 0, sum = 0;
    for (size_t cta = launch.first_cta; cta < end; ++cta) {
      const size_t last = cta + 1 < first_step_.size() ? first_step_[cta + 1] : steps_.size();
      double cycles = gpu_.launch.cta_start_cycles;
      for (size_t s = first_step_[cta]; s < last; ++s) {
        const Step& step = steps_[s];
        double waits = step.nearby * gpu_.sm.l1.latency_cycles;
        for (uint32_t i = 0; i < step.reads; ++i, ++read)
          waits += read_cycles(reads_[read], static_cast<uint32_t>(cta), known, written);
        const uint32_t reads = step.reads + step.nearby;
        const double load = reads > 0 ? waits / reads : gpu_.sm.l1.latency_cycles;
        cycles += std::max(chain_cycles(step, load), step.least_cycles);
      }
      longest = std::max(longest, cycles);
      sum += cycles;
    }
    seconds = std::max(seconds, launch.ready_s + std::max(longest, sum / launch.places) / hertz);
  }
  return seconds;
}

}  // namespace weft::mapper
