// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/nest/lane.h"

namespace weft::mapper {

using program::AccessKind;
using program::Residence;
using program::Share;

void LaneLog::clear() {
  instructions = arithmetic = products = 0;
  probes = 0;
  elements.clear();
  accesses.clear();
  copies.clear();
}

void LaneTouch::touch_run(Residence place, AccessKind kind, uint64_t address, int64_t stride,
                          int64_t count, uint32_t bytes, uint16_t) {
  // A shuffle passes the same port as shared memory, without conflicts; a lane's own registers are
  // at hand.
  const bool shuffled = place == Residence::Lanes;
  if (place == Residence::Register || (shuffled && kind != AccessKind::Read)) return;
  const bool shared = place == Residence::Scratchpad || shuffled;
  for (int64_t i = 0; i < count; ++i)
    log_.elements.push_back({address + static_cast<uint64_t>(i * stride), bytes, shared,
                             shuffled || (shared && own_), kind});
}

uint64_t LaneTouch::fill(uint64_t address, uint64_t bytes, uint16_t) {
  log_.copies.push_back({address, bytes, AccessKind::Read});
  return 0;
}

uint64_t LaneTouch::drain(uint64_t address, uint64_t bytes, uint16_t) {
  log_.copies.push_back({address, bytes, AccessKind::Write});
  return 0;
}

/// Neighbouring threads of a launch take neighbouring iterations.
int64_t LaneTouch::share_index(Share share) const {
  switch (share) {
    case Share::Machine:
      return place_.cta * place_.threads + place_.thread;
    case Share::Core:
      return place_.cta;
    case Share::CoreThreads:
      return place_.thread;
    case Share::Warps:
      return place_.cta * warps() + place_.thread / program::kWarpLanes;
    case Share::CoreWarps:
      return place_.thread / program::kWarpLanes;
    case Share::Lanes:
      return place_.thread % program::kWarpLanes;
    default:
      return 0;
  }
}

int64_t LaneTouch::share_count(Share share) const {
  switch (share) {
    case Share::Machine:
      return place_.ctas * place_.threads;
    case Share::Core:
      return place_.ctas;
    case Share::CoreThreads:
      return place_.threads;
    case Share::Warps:
      return place_.ctas * warps();
    case Share::CoreWarps:
      return warps();
    case Share::Lanes:
      return program::kWarpLanes;
    default:
      return 1;
  }
}

}  // namespace weft::mapper
