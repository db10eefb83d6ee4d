// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/dma_engine.h"

namespace weft::sim {

/// The DMA engines of a core. Descriptors are dealt to them in turn, those that threads wait for
/// and those of the background each by themselves; every engine has its own queues, requests in
/// flight and scratchpad port.
class DmaEngines {
 public:
  DmaEngines(unsigned count, const DmaParameters& parameters, MemoryPort& memory)
      : engines_(count, DmaEngine(parameters, memory)) {}

  /// See DmaEngine. Preconditions: there is an engine, and it offers the operation.
  uint64_t fill(uint64_t cycle, uint64_t address, uint64_t bytes);
  uint64_t transfer(uint64_t cycle, const DmaDescriptor& order);
  void post(uint64_t cycle, const DmaTransfer& transfer);

  /// Issues background requests up to `until`.
  void advance(uint64_t until);

  bool background_idle() const;
  /// The cycle at which a background queue issues next. Precondition: !background_idle().
  uint64_t background_at() const;
  /// The cycle at which the last background transfer carried out so far ended.
  uint64_t background_done_at() const;
  /// True where all background work posted for groups up to `group` is done; `done_at` is then the
  /// cycle.
  bool group_done(uint64_t group, uint64_t& done_at) const;

  uint64_t descriptors() const;
  uint64_t bytes() const;

 private:
  DmaEngine& next(size_t& turn);

  std::vector<DmaEngine> engines_;
  size_t waited_for_ = 0;  // whose turn it is
  size_t posted_ = 0;      // the same for the background
};

}  // namespace weft::sim
