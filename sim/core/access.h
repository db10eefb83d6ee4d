// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/program/access_kind.h"

namespace weft::sim {

using program::AccessKind;

/// Bytes of the global address space that one request touches. Passed by value, in registers: the
/// host stalls where a struct is read as a whole right after its members were written.
struct Place {
  uint64_t address;
  uint32_t bytes;
};

/// The way from a core to the global address space. An access completes when it is called: every
/// shared resource on the way books its earliest free slot and the answer is the cycle, on the
/// core's clock, at which the response is back.
class MemoryPort {
 public:
  virtual ~MemoryPort() = default;
  virtual uint64_t access(uint64_t cycle, AccessKind kind, uint64_t address, uint32_t bytes) = 0;

  /// Two writes of one thread, the second leaving when the first is back: what a thread does that
  /// stores column and value of an entry. A port may carry both in one transaction.
  virtual uint64_t write_pair(uint64_t cycle, Place first, Place second) {
    const uint64_t back = access(cycle, AccessKind::Write, first.address, first.bytes);
    return access(back, AccessKind::Write, second.address, second.bytes);
  }
};

}  // namespace weft::sim
