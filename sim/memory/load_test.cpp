// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/load_test.h"

#include <algorithm>

#include "sim/memory/dram_channel.h"
#include "sim/memory/queue_window.h"

namespace weft::sim {

namespace {

/// The last few ticks at which something happened.
class RecentTicks {
 public:
  explicit RecentTicks(int64_t count) : ticks_(static_cast<size_t>(count), -1) {}
  int64_t oldest() const { return ticks_[next_]; }
  void push(int64_t tick) {
    ticks_[next_] = tick;
    next_ = (next_ + 1) % ticks_.size();
  }

 private:
  std::vector<int64_t> ticks_;
  size_t next_ = 0;
};

/// A channel with what limits the bursts that enter it.
struct Port {
  explicit Port(const DramConfig& config)
      : channel(config), read_queue(config.controller.read_queue), entered(kBurstsPerTick) {}

  /// Puts a burst in at or after `tick`, which becomes the tick of acceptance; returns when it is
  /// done.
  int64_t enter(uint64_t local_address, bool write, int64_t& tick) {
    tick = std::max({tick, entered.oldest() + 1, write ? channel.write_room() : read_queue.room()});
    entered.push(tick);
    if (write) return channel.write(tick, local_address);
    const auto served = channel.read(tick, local_address);
    read_queue.depart(served.left_queue);
    return served.done;
  }

  DramChannel channel;
  QueueWindow read_queue;
  RecentTicks entered;
};

}  // namespace

BurstPlace place_burst(const DramConfig& config, uint64_t address) {
  const auto bytes = static_cast<uint64_t>(config.organization.burst_bytes);
  const auto channels = static_cast<uint64_t>(config.channels);
  const uint64_t burst = address / bytes;
  return {burst % channels, burst / channels * bytes + address % bytes};
}

LoadTestLog::LoadTestLog(const LoadTest& test)
    : test_(test),
      bursts_per_tick_(
          static_cast<double>(test.config.channels * test.config.organization.pseudo_channels) /
          test.config.timing.bl) {}

int64_t LoadTestLog::bursts_of(const TrafficAccess& access) const {
  return std::max<int64_t>(1, access.bytes / test_.config.organization.burst_bytes);
}

double LoadTestLog::generation_rate(int64_t bursts) const {
  return test_.offered_fraction * bursts_per_tick_ / static_cast<double>(bursts);
}

void LoadTestLog::record(const TrafficAccess& access, int64_t generated, int64_t accepted,
                         int64_t done) {
  last_done_ = std::max(last_done_, done);
  if (recorded_++ < test_.requests / 6) {
    measured_from_ = accepted;
    return;
  }
  bursts_ += bursts_of(access);
  if (access.write) return;
  ++reads_;
  latency_ += static_cast<double>(done - generated);
  after_accept_ += static_cast<double>(done - accepted);
}

LoadTestResult LoadTestLog::result() const {
  const double ns_per_tick = test_.config.timing.tick_ps / 1000.0;
  const auto reads = static_cast<double>(std::max<int64_t>(1, reads_));
  LoadTestResult result;
  result.achieved_fraction = static_cast<double>(bursts_) /
                             (static_cast<double>(last_done_ - measured_from_) * bursts_per_tick_);
  result.achieved_gb_s = result.achieved_fraction * test_.config.peak_gb_s();
  result.read_latency_ns = latency_ / reads * ns_per_tick;
  result.read_latency_after_accept_ns = after_accept_ / reads * ns_per_tick;
  return result;
}

LoadTestResult run_load_test(const LoadTest& test) {
  std::vector<Port> ports(static_cast<size_t>(test.config.channels), Port(test.config));
  RecentTicks queued(kSourceQueueBursts * test.config.channels);
  TrafficSource source(test.pattern, test.seed);
  base::Xoshiro256 arrivals(test.seed + 1);
  LoadTestLog log(test);
  const bool saturated = test.offered_fraction >= 1;
  int64_t generated = 0, entered = 0;
  for (int64_t i = 0; i < test.requests; ++i) {
    const TrafficAccess access = source.next();
    const int64_t bursts = log.bursts_of(access);
    if (saturated) {
      generated = std::max<int64_t>(0, queued.oldest());
    } else {
      do ++generated;
      while (arrivals.uniform() >= log.generation_rate(bursts));
    }
    int64_t accepted = -1, done = 0;
    for (int64_t burst = 0; burst < bursts; ++burst) {
      const BurstPlace at = place_burst(
          test.config,
          access.address + static_cast<uint64_t>(burst * test.config.organization.burst_bytes));
      entered = std::max(entered, generated);
      done = std::max(done, ports[at.channel].enter(at.local_address, access.write, entered));
      queued.push(entered);
      if (accepted < 0) accepted = entered;
    }
    log.record(access, generated, accepted, done);
  }
  return log.result();
}

}  // namespace weft::sim
