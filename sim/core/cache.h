// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace weft::sim {

/// Size and shape of a data cache; `bytes` is `ways` times a power of two of lines.
struct CacheParameters {
  uint64_t bytes = 16 << 10;
  unsigned line_bytes = 64;
  unsigned ways = 4;
  unsigned hit_cycles = 2;
};

/// A pipeline's data cache: set associative, least recently used, not coherent. It holds tags only,
/// since values come from the host's copy; a line whose fill is under way carries the cycle at
/// which it arrives.
class Cache {
 public:
  explicit Cache(const CacheParameters& parameters)
      : parameters_(parameters),
        line_shift_(static_cast<unsigned>(std::countr_zero(parameters.line_bytes))),
        sets_(parameters.bytes / parameters.line_bytes / parameters.ways),
        lines_(sets_ * parameters.ways) {}

  struct Line {
    uint64_t tag = ~uint64_t{0};
    uint64_t used = 0;
    uint64_t filled_at = 0;
  };

  /// The line that holds `address`, or the one to replace; `hit` says which.
  Line& look_up(uint64_t address, bool& hit) {
    const uint64_t tag = address >> line_shift_;
    Line* set = &lines_[(tag % sets_) * parameters_.ways];
    Line* oldest = set;
    ++accesses_;
    for (unsigned way = 0; way < parameters_.ways; ++way) {
      if (set[way].tag == tag) {
        set[way].used = accesses_;
        ++hits_;
        hit = true;
        return set[way];
      }
      if (set[way].used < oldest->used) oldest = &set[way];
    }
    oldest->tag = tag;
    oldest->used = accesses_;
    hit = false;
    return *oldest;
  }

  uint64_t line_base(uint64_t address) const { return address >> line_shift_ << line_shift_; }
  const CacheParameters& parameters() const { return parameters_; }
  uint64_t accesses() const { return accesses_; }
  uint64_t hits() const { return hits_; }

 private:
  CacheParameters parameters_;
  unsigned line_shift_;
  uint64_t sets_;
  std::vector<Line> lines_;
  uint64_t accesses_ = 0;
  uint64_t hits_ = 0;
};

}  // namespace weft::sim
