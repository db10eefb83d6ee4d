// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/walk/walk_touch.h"

namespace weft::mapper {

using program::AccessKind;
using program::Residence;
using program::Share;

void WalkTouch::touch_run(Residence place, AccessKind kind, uint64_t address, int64_t stride,
                          int64_t count, uint32_t bytes, uint16_t) {
  if (place == Residence::Register || count == 0) return;
  if (place == Residence::Scratchpad) {
    const int atomic = kind == AccessKind::Atomic ? fabric_.core.atomic_cycles : 0;
    thread_.clock += static_cast<uint64_t>(count * (fabric_.core.spad.latency_cycles + atomic));
    return;
  }
  if (place == Residence::Cached && kind == AccessKind::Read) {
    // Another thread of the pipeline may have brought the line.
    thread_.clock += static_cast<uint64_t>(count * fabric_.core.dcache.hit_cycles);
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    thread_.clock +=
        ways_.access(thread_.core, kind, address + static_cast<uint64_t>(i * stride), bytes);
  }
}

/// Requests leave when the one that had their place in flight is back. Those of a run are answered
/// at an even spacing, so that the first of a run may have been back that much earlier.
uint64_t WalkTouch::transfer(AccessKind kind, uint64_t address, uint64_t bytes) {
  constexpr uint64_t kLongestRunBytes = 128;
  const uint64_t start = thread_.clock + static_cast<uint64_t>(fabric_.dma.descriptor_cycles);
  if (bytes == 0) return start;
  const auto request_bytes = static_cast<uint64_t>(fabric_.dma.request_bytes);
  const uint64_t requests = (address + bytes - 1) / request_bytes - address / request_bytes + 1;
  dma_requests_ += requests;
  const uint64_t farthest = ways_.access(thread_.core, kind, address, bytes);
  const double bytes_per_cycle = fabric_.bytes_per_cycle(fabric_.memory.gb_s_per_core);
  const auto spacing = static_cast<uint64_t>(kLongestRunBytes / bytes_per_cycle) + 1;
  const uint64_t round = ways_.memory_cycles() > spacing ? ways_.memory_cycles() - spacing : 0;
  const uint64_t rounds = (requests - 1) / static_cast<uint64_t>(fabric_.dma.outstanding);
  return start + std::max(farthest, rounds * round + ways_.memory_cycles());
}

/// Neighbouring threads of the machine are on different cores.
int64_t WalkTouch::share_index(Share share) const {
  switch (share) {
    case Share::Machine:
      return thread_.index * fabric_.total_cores() + thread_.core;
    case Share::Core:
      return thread_.core;
    case Share::CoreThreads:
      return thread_.index;
    default:
      return 0;
  }
}

int64_t WalkTouch::share_count(Share share) const {
  switch (share) {
    case Share::Machine:
      return threads_per_core() * fabric_.total_cores();
    case Share::Core:
      return fabric_.total_cores();
    case Share::CoreThreads:
      return threads_per_core();
    default:
      return 1;
  }
}

}  // namespace weft::mapper
