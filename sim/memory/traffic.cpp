// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/traffic.h"

#include <array>

namespace weft::sim {

namespace {

constexpr uint64_t kFootprintBytes = uint64_t{1} << 32;
constexpr uint64_t kStreamAlignmentBytes = uint64_t{1} << 16;
constexpr int64_t kLineBytes = 64;

constexpr std::array<std::pair<std::string_view, TrafficPattern>, 6> kNames = {{
    {"stream_rd64", TrafficPattern::StreamRead64},
    {"stream16_rd64", TrafficPattern::Stream16Read64},
    {"stream_rw21", TrafficPattern::StreamReadWrite21},
    {"rand_rd64", TrafficPattern::RandomRead64},
    {"rand_rd8", TrafficPattern::RandomRead8},
    {"rand_rw21", TrafficPattern::RandomReadWrite21},
}};

size_t streams_of(TrafficPattern pattern) {
  switch (pattern) {
    case TrafficPattern::StreamRead64:
      return 1;
    case TrafficPattern::Stream16Read64:
      return 16;
    case TrafficPattern::StreamReadWrite21:
      return 3;
    default:
      return 0;
  }
}

}  // namespace

std::span<const std::pair<std::string_view, TrafficPattern>> traffic_pattern_names() {
  return kNames;
}

TrafficSource::TrafficSource(TrafficPattern pattern, uint64_t seed)
    : pattern_(pattern), random_(seed), streams_(streams_of(pattern)) {
  for (uint64_t& next : streams_) next = random_address(kStreamAlignmentBytes);
}

uint64_t TrafficSource::random_address(int64_t granule_bytes) {
  const auto granule = static_cast<uint64_t>(granule_bytes);
  return random_.below(kFootprintBytes / granule) * granule;
}

TrafficAccess TrafficSource::next() {
  if (streams_.empty()) {
    const int64_t bytes = pattern_ == TrafficPattern::RandomRead8 ? 8 : kLineBytes;
    const uint64_t address = random_address(bytes);
    return {address, bytes, pattern_ == TrafficPattern::RandomReadWrite21 && random_.below(3) == 0};
  }
  const size_t stream = turn_;
  turn_ = (turn_ + 1) % streams_.size();
  const uint64_t address = streams_[stream];
  streams_[stream] += kLineBytes;
  return {address, kLineBytes,
          pattern_ == TrafficPattern::StreamReadWrite21 && stream + 1 == streams_.size()};
}

}  // namespace weft::sim
