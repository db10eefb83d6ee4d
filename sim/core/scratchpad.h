// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace weft::sim {

/// Size and rates of a core's scratchpad, in cycles of the core.
struct ScratchpadParameters {
  uint64_t bytes = 4u << 20;
  unsigned banks = 16;      // a power of two, 32 at most
  unsigned bank_bytes = 8;  // width of a bank, a power of two
  unsigned latency_cycles = 8;
  unsigned atomic_cycles = 4;  // on top of the latency
};

/// Which banks are taken in which cycle. An entry of the ring stands for one cycle and holds a bit
/// per bank, stamped with the lap of the ring it was written in: looking up and booking an access
/// is one word, and nothing is cleared. A request that lies a whole lap behind the newest finds its
/// cycle forgotten and waits for nobody.
class ScratchpadBanks {
 public:
  ScratchpadBanks() : ring_(kCycles, 0) {}

  /// Books the first cycle at or after `cycle` in which `bank` is free.
  uint64_t book(uint64_t cycle, unsigned bank) {
    for (;; ++cycle) {
      uint64_t& entry = ring_[cycle % kCycles];
      const uint64_t stamp = (cycle / kCycles + 1) << 32;
      const uint64_t stamped = entry & ~uint64_t{0xffffffff};
      if (stamped < stamp) [[unlikely]] {
        entry = stamp;
      } else if (stamped > stamp) [[unlikely]] {
        return cycle;
      }
      const uint64_t bit = uint64_t{1} << bank;
      if ((entry & bit) == 0) [[likely]] {
        entry |= bit;
        return cycle;
      }
    }
  }

 private:
  static constexpr uint64_t kCycles = 8192;  // longer than a thread runs ahead of the others

  std::vector<uint64_t> ring_;
};

/// A core's banked scratchpad memory: one access per bank and cycle, consecutive words in
/// consecutive banks.
class Scratchpad {
 public:
  explicit Scratchpad(const ScratchpadParameters& parameters)
      : parameters_(parameters),
        word_shift_(static_cast<unsigned>(std::countr_zero(parameters.bank_bytes))),
        bank_mask_(parameters.banks - 1) {}

  struct Answer {
    uint64_t conflict_cycles;  // waited for the bank
    uint64_t done;             // cycle at which the response is back
  };

  Answer access(uint64_t cycle, uint64_t address, bool atomic) {
    const uint64_t slot =
        banks_.book(cycle, static_cast<unsigned>(address >> word_shift_) & bank_mask_);
    ++served_[atomic];
    return {slot - cycle, slot + latency(atomic)};
  }

  /// Cycles of an access that finds its bank free.
  uint64_t latency(bool atomic) const {
    return parameters_.latency_cycles + (atomic ? parameters_.atomic_cycles : 0);
  }

  /// The cycles of `n` accesses one after the other, each issued when the one before is back. The
  /// banks are not booked: a dependent walk over neighbouring words leaves each of them idle most
  /// of the time.
  uint64_t walk(uint64_t n, bool atomic) {
    served_[atomic] += n;
    return n * latency(atomic);
  }

  const ScratchpadParameters& parameters() const { return parameters_; }
  uint64_t accesses() const { return served_[false] + served_[true]; }
  uint64_t atomics() const { return served_[true]; }

 private:
  ScratchpadParameters parameters_;
  unsigned word_shift_;
  unsigned bank_mask_;
  ScratchpadBanks banks_;
  std::array<uint64_t, 2> served_{};  // [is atomic]
};

}  // namespace weft::sim
