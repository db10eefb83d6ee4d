// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::sim {

/// What a request does at the memory that it reaches.
enum class AccessKind : uint8_t { Read, Write, Atomic };

/// The way from a core to the global address space. An access completes when it is called: every
/// shared resource on the way books its earliest free slot and the answer is the cycle, on the
/// core's clock, at which the response is back.
class MemoryPort {
 public:
  virtual ~MemoryPort() = default;
  virtual uint64_t access(uint64_t cycle, AccessKind kind, uint64_t address, uint32_t bytes) = 0;
};

}  // namespace weft::sim
