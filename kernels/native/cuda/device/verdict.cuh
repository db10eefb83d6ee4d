// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace weft_cuda {

/// Repeatable values: `index` of stream `stream`, well mixed (splitmix64; Steele et al., OOPSLA
/// 2014).
inline uint64_t mixed(uint64_t stream, uint64_t index) {
  uint64_t x = (stream << 56) + (index + 1) * 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

/// What a check of a result found.
struct Verdict {
  bool passed = true;
  double max_rel_error = 0;
  std::string mismatch;  // the first

  void reject(const std::string& why) {
    if (passed) mismatch = why;
    passed = false;
  }
};

}  // namespace weft_cuda
