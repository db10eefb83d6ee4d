// SPDX-License-Identifier: Apache-2.0
#include "sim/core/dma_engines.h"

#include <algorithm>

#include "base/error.h"

namespace weft::sim {

DmaEngine& DmaEngines::next(size_t& turn) {
  WEFT_CHECK(!engines_.empty(), "a transfer on a core without a DMA engine");
  DmaEngine& engine = engines_[turn];
  turn = turn + 1 == engines_.size() ? 0 : turn + 1;
  return engine;
}

uint64_t DmaEngines::fill(uint64_t cycle, uint64_t address, uint64_t bytes) {
  return next(waited_for_).fill(cycle, address, bytes);
}

uint64_t DmaEngines::transfer(uint64_t cycle, const DmaDescriptor& order) {
  return next(waited_for_).transfer(cycle, order);
}

void DmaEngines::post(uint64_t cycle, const DmaTransfer& transfer) {
  next(posted_).post(cycle, transfer);
}

void DmaEngines::advance(uint64_t until) {
  for (DmaEngine& engine : engines_) engine.advance(until);
}

bool DmaEngines::background_idle() const {
  return std::ranges::all_of(engines_, &DmaEngine::background_idle);
}

uint64_t DmaEngines::background_at() const {
  uint64_t cycle = ~uint64_t{0};
  for (const DmaEngine& engine : engines_) {
    if (!engine.background_idle()) cycle = std::min(cycle, engine.background_at());
  }
  return cycle;
}

uint64_t DmaEngines::background_done_at() const {
  uint64_t cycle = 0;
  for (const DmaEngine& engine : engines_) cycle = std::max(cycle, engine.background_done_at());
  return cycle;
}

bool DmaEngines::group_done(uint64_t group, uint64_t& done_at) const {
  done_at = 0;
  for (const DmaEngine& engine : engines_) {
    uint64_t engine_done_at = 0;
    if (!engine.group_done(group, engine_done_at)) return false;
    done_at = std::max(done_at, engine_done_at);
  }
  return true;
}

uint64_t DmaEngines::descriptors() const {
  uint64_t total = 0;
  for (const DmaEngine& engine : engines_) total += engine.descriptors();
  return total;
}

uint64_t DmaEngines::bytes() const {
  uint64_t total = 0;
  for (const DmaEngine& engine : engines_) total += engine.bytes();
  return total;
}

}  // namespace weft::sim
