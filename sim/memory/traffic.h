// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"

namespace weft::sim {

/// Access patterns of load tests. stream_rd64: one sequential stream of 64-byte reads;
/// stream16_rd64: sixteen of them in turn; stream_rw21: two read streams and a write stream in
/// turn; rand_rd64, rand_rd8: uniformly random 64-byte and 8-byte reads; rand_rw21: random 64-byte
/// accesses, a third of them writes.
enum class TrafficPattern {
  StreamRead64,
  Stream16Read64,
  StreamReadWrite21,
  RandomRead64,
  RandomRead8,
  RandomReadWrite21
};

/// Every pattern with its name.
std::span<const std::pair<std::string_view, TrafficPattern>> traffic_pattern_names();

/// One access of a pattern.
struct TrafficAccess {
  uint64_t address;
  int64_t bytes;
  bool write;
};

/// An endless sequence of accesses of a pattern, the same for the same seed.
class TrafficSource {
 public:
  TrafficSource(TrafficPattern pattern, uint64_t seed);

  TrafficAccess next();

 private:
  uint64_t random_address(int64_t granule_bytes);

  TrafficPattern pattern_;
  base::Xoshiro256 random_;
  std::vector<uint64_t> streams_;  // [stream] next address
  size_t turn_ = 0;
};

}  // namespace weft::sim
