// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/nest.h"
#include "kernels/program/nest_state.h"
#include "sim/core/stepper.h"

namespace weft::sim {

/// The time of a nest's steps. Many elements are touched by one call: a thread in order takes them
/// one after the other. What an access waits for is attributed to its own source, the rest to that
/// of the operation.
class NestTouch {
 public:
  explicit NestTouch(Stepper& step) : step_(step), nest_(step.core.run_->program.nest) {}

  const program::Nest& nest() const { return nest_; }
  const program::NestSlots& slots() const { return nest_.slots; }
  program::NestState& state();
  uint64_t now() const { return step_.now; }

  /// Instructions that wait for nothing.
  void issue(uint64_t count) { step_.issue(count); }
  void owe(uint64_t count) { step_.owe(count); }
  /// Those of a statement's value.
  void arithmetic(uint64_t count) { step_.owe(count); }

  /// The elements of the next access follow.
  void begin_access(const program::NestAccess&) {}
  /// One element whose value decides what is read next.
  void probe(program::Residence place, uint64_t address, uint32_t bytes, uint16_t source) {
    touch(place, AccessKind::Read, address, bytes, source);
  }

  /// One element.
  void touch(program::Residence place, AccessKind kind, uint64_t address, uint32_t bytes,
             uint16_t source);
  /// `count` elements, `stride` bytes from one to the next.
  void touch_run(program::Residence place, AccessKind kind, uint64_t address, int64_t stride,
                 int64_t count, uint32_t bytes, uint16_t source);
  void wait_for_dma(uint64_t cycle, uint16_t source);
  /// Asks the DMA engine for a contiguous piece of memory; the cycle at which it is there.
  uint64_t fill(uint64_t address, uint64_t bytes, uint16_t source);
  /// Lets the DMA engine write a contiguous piece of the scratchpad to memory.
  uint64_t drain(uint64_t address, uint64_t bytes, uint16_t source);

  void count_products(uint64_t products) { step_.core.products_ += products; }

  /// This thread among those that share a loop, and their number.
  int64_t share_index(program::Share share) const;
  int64_t share_count(program::Share share) const;

  int64_t task_register(uint8_t r) const { return step_.thread.reg[r].integer; }

 private:
  /// While it lives, cycles are those of `source`.
  class OnBehalf {
   public:
    OnBehalf(Stepper& step, uint16_t source);
    ~OnBehalf() { step_.causes = before_; }
    OnBehalf(const OnBehalf&) = delete;
    OnBehalf& operator=(const OnBehalf&) = delete;

   private:
    Stepper& step_;
    CauseCycles* before_;
  };

  Stepper& step_;
  const program::Nest& nest_;
};

}  // namespace weft::sim
