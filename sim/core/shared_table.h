// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "kernels/program/program.h"

namespace weft::sim {

/// The contents of an open-addressing hash table in the scratchpad, and where each slot lies. An entry is found by
/// its tag, row in group << column_bits | column; a slot of the tag-data layout holds tag and value, one of the
/// tag-offset layout a 32-bit tag and the 32-bit offset of a value that lies in memory.
class SharedTable {
 public:
  static constexpr uint64_t kEmpty = ~uint64_t{0};

  struct Slot {
    uint64_t tag = kEmpty;
    double value = 0;  // tag-data layout
    // The tag-offset layout keeps the offset here: 32 bits of the same word on the machine.
    uint32_t offset = 0;
  };

  void configure(const program::Accumulator& accumulator) {
    slots_.assign(accumulator.slots, Slot{});
    mask_ = accumulator.slots - 1;
    high_bits_ = accumulator.bits == program::HashBits::High;
  }

  /// Sets the width of the tags of the group at hand, which high-order hashing needs.
  void begin_group(int64_t rows, unsigned column_bits) {
    const uint64_t tags = static_cast<uint64_t>(rows) << column_bits;
    const auto tag_bits = static_cast<unsigned>(std::bit_width(tags - 1));
    const auto slot_bits = static_cast<unsigned>(std::countr_zero(mask_ + 1));
    high_shift_ = tag_bits > slot_bits ? tag_bits - slot_bits : 0;
  }

  uint64_t home(uint64_t tag) const { return high_bits_ ? (tag >> high_shift_) & mask_ : tag & mask_; }
  uint64_t next(uint64_t slot) const { return (slot + 1) & mask_; }
  uint64_t size() const { return slots_.size(); }
  Slot& operator[](uint64_t slot) { return slots_[slot]; }

  void clear() { slots_.assign(slots_.size(), Slot{}); }

 private:
  std::vector<Slot> slots_;
  uint64_t mask_ = 0;
  unsigned high_shift_ = 0;
  bool high_bits_ = false;
};

}  // namespace weft::sim
