// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/program/program.h"

namespace weft::sim {

/// The contents of the hash table in the scratchpad that the threads of a core share. Every row of
/// the window owns a region of it, sized by the row's bound; an entry is found by its column, by
/// linear probing within the region. A slot holds the column and, by
/// layout, the row and the value or the offset of a value that lies in memory.
class SharedTable {
 public:
  void configure(const program::Accumulator& accumulator) {
    keys_.assign(accumulator.slots, kEmpty);
    if (accumulator.layout == program::TableLayout::TagData) values_.assign(accumulator.slots, 0.0);
    bits_ = accumulator.bits;
    // Fibonacci hashing: Knuth, The Art of Computer Programming 3, section 6.4.
    column_multiplier_ = bits_ == program::HashBits::Mixed
                             ? uint64_t{2654435769} << 32
                             : parts_of_all(std::max<uint64_t>(1, accumulator.columns));
  }

  struct Found {
    uint64_t slot;
    uint64_t probes;  // slots looked at, the last included
    bool present;
  };

  /// The region of one row. A value of its own, so that searches one after the other keep it in
  /// registers; good until the table is configured again.
  class Part {
   public:
    /// Walks from the column's home slot to the slot that holds it or the first empty one.
    Found find(int32_t column) const {
      uint64_t at = home(column);
      for (uint64_t probes = 1;; ++probes) {
        const uint64_t key = keys_[at];
        if (key >> 32 == static_cast<uint32_t>(column)) return {begin_ + at, probes, true};
        if (key == kEmpty) return {begin_ + at, probes, false};
        at = at + 1 == slots_ ? 0 : at + 1;
      }
    }

    /// The host's copy of the slot where a search for `column` begins.
    const void* home_slot(int32_t column) const { return keys_ + home(column); }

   private:
    friend class SharedTable;

    /// The column's place as a fraction of 2^64, of which the slots take their share: among all
    /// columns (high bits), in its stretch of as many columns as there are slots (low bits; Lemire,
    /// Kaser, Kurz, Faster Remainder by Direct Computation, 2019), or mixed. No search divides.
    /// High bits are exact while columns squared times slots stay below 2^64, else off by a slot at
    /// most.
    uint64_t home(int32_t column) const {
      const uint64_t fraction = static_cast<uint32_t>(column) * multiplier_;
      return static_cast<uint64_t>(Wide{fraction} * slots_ >> 64);
    }

    const uint64_t* keys_ = nullptr;
    uint64_t begin_ = 0;  // in the table
    uint64_t slots_ = 1;
    uint64_t multiplier_ = 0;
  };

  Part part(program::Region region) const {
    Part part;
    part.keys_ = keys_.data() + region.base();
    part.begin_ = region.base();
    part.slots_ = region.slots();
    part.multiplier_ =
        bits_ == program::HashBits::Low ? parts_of_all(part.slots_) : column_multiplier_;
    return part;
  }

  /// Fills an empty slot; `extra` is the row in the window, or the offset of the value.
  void put(uint64_t slot, int32_t column, uint32_t extra) {
    keys_[slot] = static_cast<uint64_t>(static_cast<uint32_t>(column)) << 32 | extra;
  }
  void add(uint64_t slot, double value) { values_[slot] += value; }
  void empty(uint64_t slot) {
    keys_[slot] = kEmpty;
    values_[slot] = 0.0;
  }
  void clear() { keys_.assign(keys_.size(), kEmpty); }

  uint64_t size() const { return keys_.size(); }
  bool occupied(uint64_t slot) const { return keys_[slot] != kEmpty; }
  int32_t column(uint64_t slot) const { return static_cast<int32_t>(keys_[slot] >> 32); }
  uint32_t extra(uint64_t slot) const { return static_cast<uint32_t>(keys_[slot]); }
  double value(uint64_t slot) const { return values_[slot]; }

 private:
  static constexpr uint64_t kEmpty = ~uint64_t{0};
  __extension__ using Wide = unsigned __int128;

  /// The next above the n-th part of 2^64, or 0 for one part.
  static uint64_t parts_of_all(uint64_t n) { return ~uint64_t{0} / n + 1; }

  std::vector<uint64_t> keys_;
  std::vector<double> values_;
  program::HashBits bits_ = program::HashBits::Low;
  uint64_t column_multiplier_ = 0;  // of the bits that no region changes
};

}  // namespace weft::sim
