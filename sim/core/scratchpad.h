// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "sim/core/calendar.h"

namespace weft::sim {

struct ScratchpadParameters {
  uint64_t bytes = 4u << 20;
  unsigned banks = 16;       // a power of two
  unsigned bank_bytes = 8;   // width of a bank, a power of two
  unsigned latency_cycles = 8;
  unsigned atomic_cycles = 4;  // on top of the latency
};

/// A core's banked scratchpad memory: one access per bank and cycle, consecutive words in consecutive banks.
class Scratchpad {
 public:
  explicit Scratchpad(const ScratchpadParameters& parameters)
      : parameters_(parameters),
        word_shift_(static_cast<unsigned>(std::countr_zero(parameters.bank_bytes))),
        banks_(parameters.banks) {}

  struct Answer {
    uint64_t conflict_cycles;  // waited for the bank
    uint64_t done;             // cycle at which the response is back
  };

  Answer access(uint64_t cycle, uint64_t address, bool atomic) {
    const uint64_t slot = banks_[(address >> word_shift_) & (banks_.size() - 1)].book(cycle);
    ++accesses_;
    atomics_ += atomic ? 1 : 0;
    const uint64_t latency = parameters_.latency_cycles + (atomic ? parameters_.atomic_cycles : 0);
    return {slot - cycle, slot + latency};
  }

  /// `n` accesses one after the other, each issued when the one before is back and `gap` cycles have passed: the
  /// time of a dependent walk without conflicts. The banks are not booked; a walk leaves them mostly idle.
  uint64_t walk(uint64_t n, uint64_t gap, bool atomic) {
    accesses_ += n;
    atomics_ += atomic ? n : 0;
    return n * (parameters_.latency_cycles + (atomic ? parameters_.atomic_cycles : 0) + gap);
  }

  const ScratchpadParameters& parameters() const { return parameters_; }
  uint64_t accesses() const { return accesses_; }
  uint64_t atomics() const { return atomics_; }

 private:
  ScratchpadParameters parameters_;
  unsigned word_shift_;
  std::vector<SlotCalendar> banks_;
  uint64_t accesses_ = 0;
  uint64_t atomics_ = 0;
};

}  // namespace weft::sim
