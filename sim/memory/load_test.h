// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/memory/dram_config.h"
#include "sim/memory/traffic.h"

namespace weft::sim {

/// A load-latency experiment on the channels of a memory. Accesses come from a source queue that
/// keeps their order: either generated at random ticks (Bernoulli), or, at an offered fraction of
/// 1, so many that eight bursts per channel always wait. Each burst enters its channel when the
/// ones before it have and the channel's queue has room, at most two per channel and tick.
struct LoadTest {
  DramConfig config;
  TrafficPattern pattern = TrafficPattern::StreamRead64;
  double offered_fraction = 1;  // of the peak bandwidth
  int64_t requests = 30000;     // the first sixth of them warms up
  uint64_t seed = 1;
};

/// Means over the requests after the warm-up. A read's latency runs to the last data of its last
/// burst, from its generation or from the acceptance of its first burst.
struct LoadTestResult {
  double achieved_fraction = 0;  // of the peak bandwidth
  double achieved_gb_s = 0;
  double read_latency_ns = 0;
  double read_latency_after_accept_ns = 0;
};

/// Where a burst goes: bursts are dealt to the channels in turn.
struct BurstPlace {
  size_t channel;
  uint64_t local_address;
};
BurstPlace place_burst(const DramConfig& config, uint64_t address);

/// The requests of a load test and what became of them. Time in ticks.
class LoadTestLog {
 public:
  explicit LoadTestLog(const LoadTest& test);

  int64_t bursts_of(const TrafficAccess& access) const;
  /// The probability that a request of so many bursts is generated in a tick, below saturation.
  double generation_rate(int64_t bursts) const;
  /// Requests are recorded in the order of their generation.
  void record(const TrafficAccess& access, int64_t generated, int64_t accepted, int64_t done);
  LoadTestResult result() const;

 private:
  const LoadTest& test_;
  double bursts_per_tick_;  // at peak
  int64_t recorded_ = 0, measured_from_ = 0, last_done_ = 0, bursts_ = 0, reads_ = 0;
  double latency_ = 0, after_accept_ = 0;
};

/// Runs a load test on reservation-model channels.
LoadTestResult run_load_test(const LoadTest& test);

/// Bursts per channel that wait in the source queue at saturation.
inline constexpr int64_t kSourceQueueBursts = 8;
/// Bursts that a channel takes from the source in a tick.
inline constexpr int64_t kBurstsPerTick = 2;

}  // namespace weft::sim
