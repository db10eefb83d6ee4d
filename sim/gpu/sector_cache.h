// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace weft::sim {

/// A set-associative cache of lines that are filled sector by sector; the line that was used
/// longest ago makes room.
class SectorCache {
 public:
  /// `bytes` of 0: nothing is ever kept.
  SectorCache(int64_t bytes, unsigned ways, int64_t line_bytes)
      : ways_(ways),
        sets_(static_cast<uint64_t>(std::max<int64_t>(bytes / line_bytes / ways, 0))),
        lines_(sets_ * ways) {}

  /// Asks for the sectors of `wanted` of line number `line`, one bit each, fills what is missing
  /// and returns the missing ones.
  uint32_t access(uint64_t line, uint32_t wanted) {
    if (sets_ == 0) return wanted;
    Line* const set = &lines_[set_of(line) * ways_];
    ++clock_;
    Line* oldest = set;
    for (Line* way = set; way != set + ways_; ++way) {
      if (way->number == line && way->sectors != 0) {
        const uint32_t missing = wanted & ~way->sectors;
        way->sectors |= wanted;
        way->used = clock_;
        return missing;
      }
      if (way->used < oldest->used) oldest = way;
    }
    *oldest = {line, wanted, clock_};
    return wanted;
  }

 private:
  struct Line {
    uint64_t number = 0;
    uint32_t sectors = 0;
    uint32_t used = 0;
  };

  /// Lines are spread over the sets by a multiplicative hash, as GPUs do.
  uint64_t set_of(uint64_t line) const {
    const uint64_t mixed = (line * 0x9E3779B97F4A7C15u) >> 32;
    return (mixed * sets_) >> 32;
  }

  unsigned ways_;
  uint64_t sets_;
  std::vector<Line> lines_;
  uint32_t clock_ = 0;
};

}  // namespace weft::sim
