// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "kernels/program/program.h"

namespace weft::sim {

/// A finished entry of a row.
struct Entry {
  int32_t column;
  double value;
};

/// A thread's own hash table for one row of the result: linear probing in a power of two of slots.
/// A slot's tag holds the column and the number of the row it was written for, so that starting a
/// row clears nothing.
class PrivateTable {
 public:
  struct Found {
    uint64_t slot;
    uint64_t probes;  // slots looked at, the last included
    bool present;
  };

  /// Empties the table and gives it `slots`, a power of two, for columns in [first, first +
  /// columns).
  void begin(uint64_t slots, program::HashBits bits, int64_t first, int64_t columns) {
    if (slots > tags_.size()) {
      tags_.resize(slots, 0);
      values_.resize(slots, 0.0);
    }
    if (++row_ == 0) {
      std::fill(tags_.begin(), tags_.end(), 0);
      row_ = 1;
    }
    slots_ = slots;
    bits_ = bits;
    first_ = static_cast<uint64_t>(first);
    columns_ = static_cast<uint64_t>(columns);
    entries_ = 0;
  }

  /// Walks from the column's home slot to the slot that holds it or the first free one.
  /// Precondition: a slot is free.
  Found find(int32_t column) const {
    const uint64_t wanted = tag(column);
    uint64_t at = home(static_cast<uint32_t>(column));
    for (uint64_t probes = 1;; ++probes) {
      if (tags_[at] >> 32 != row_) return {at, probes, false};
      if (tags_[at] == wanted) return {at, probes, true};
      at = (at + 1) & (slots_ - 1);
    }
  }

  void put(uint64_t slot, int32_t column, double value) {
    tags_[slot] = tag(column);
    values_[slot] = value;
    ++entries_;
  }
  void add(uint64_t slot, double value) { values_[slot] += value; }

  uint64_t slots() const { return slots_; }
  int64_t entries() const { return entries_; }

  /// Appends the entries in the order of their slots.
  void gather(std::vector<Entry>& to) const {
    for (uint64_t slot = 0; slot < slots_; ++slot) {
      if (tags_[slot] >> 32 == row_)
        to.push_back({static_cast<int32_t>(tags_[slot]), values_[slot]});
    }
  }

 private:
  uint64_t tag(int32_t column) const {
    return static_cast<uint64_t>(row_) << 32 | static_cast<uint32_t>(column);
  }

  uint64_t home(uint32_t column) const {
    switch (bits_) {
      case program::HashBits::High:
        return (column - first_) * slots_ / columns_;
      case program::HashBits::Low:
        return column & (slots_ - 1);
      case program::HashBits::Mixed:
        // Fibonacci hashing: Knuth, The Art of Computer Programming 3, section 6.4.
        return uint64_t{uint32_t{column * 2654435769u}} * slots_ >> 32;
    }
    return 0;
  }

  std::vector<uint64_t> tags_;
  std::vector<double> values_;
  uint64_t slots_ = 0;
  uint32_t row_ = 0;
  program::HashBits bits_ = program::HashBits::Low;
  uint64_t first_ = 0;
  uint64_t columns_ = 1;
  int64_t entries_ = 0;
};

/// A thread's own dense accumulator: a value per column of a range, and a bitmap of the columns
/// that hold one. Gathering reads the bitmap and leaves it clear.
class PrivateDense {
 public:
  void begin(int64_t first, uint64_t width) {
    if (width > values_.size()) {
      values_.resize(width, 0.0);
      bitmap_.resize((width + 63) / 64, 0);
    }
    first_ = first;
    words_ = (width + 63) / 64;
    entries_ = 0;
  }

  /// Adds to a column; true where it held nothing before.
  bool add(int32_t column, double value) {
    const uint64_t at = offset(column);
    const uint64_t bit = uint64_t{1} << (at & 63);
    const bool fresh = (bitmap_[at >> 6] & bit) == 0;
    values_[at] = fresh ? value : values_[at] + value;
    bitmap_[at >> 6] |= bit;
    entries_ += fresh ? 1 : 0;
    return fresh;
  }

  uint64_t offset(int32_t column) const { return static_cast<uint64_t>(column - first_); }
  uint64_t words() const { return words_; }
  int64_t entries() const { return entries_; }

  /// Appends the entries in the order of their columns and clears the bitmap; returns the number of
  /// words that were not zero.
  uint64_t gather(std::vector<Entry>& to) {
    uint64_t full = 0;
    for (uint64_t word = 0; word < words_; ++word) {
      full += bitmap_[word] != 0 ? 1 : 0;
      for (uint64_t rest = bitmap_[word]; rest != 0; rest &= rest - 1) {
        const uint64_t at = word * 64 + static_cast<uint64_t>(std::countr_zero(rest));
        to.push_back({static_cast<int32_t>(first_ + static_cast<int64_t>(at)), values_[at]});
      }
      bitmap_[word] = 0;
    }
    return full;
  }

 private:
  std::vector<double> values_;
  std::vector<uint64_t> bitmap_;
  int64_t first_ = 0;
  uint64_t words_ = 0;
  int64_t entries_ = 0;
};

/// The private accumulator of a thread and how far its drain is.
struct PrivateRow {
  PrivateTable table;
  PrivateDense dense;
  int64_t begin = 0;  // columns [begin, end) are kept
  int64_t end = 0;
  std::vector<Entry> gathered;
  size_t next = 0;        // gathered entry to hand out
  bool sorted = false;    // gathered entries moved to the front of the table
  bool draining = false;  // RowDrain has begun and not ended
  uint64_t scan_left = 0;
  uint64_t steps_left = 0;
};

}  // namespace weft::sim
