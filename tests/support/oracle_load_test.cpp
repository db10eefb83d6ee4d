// SPDX-License-Identifier: Apache-2.0
#include "tests/support/oracle_load_test.h"

#include <algorithm>
#include <deque>

#include "tests/support/dram_oracle.h"

namespace weft::sim::testing {

namespace {

/// One load test in progress: the source queue before the channels and what is known of each
/// request.
class Experiment {
 public:
  explicit Experiment(const LoadTest& test)
      : test_(test),
        log_(test),
        source_(test.pattern, test.seed),
        arrivals_(test.seed + 1),
        next_(source_.next()),
        channels_(static_cast<size_t>(test.config.channels), DramOracle(test.config)) {}

  LoadTestResult run() {
    while (finished_ < test_.requests) {
      ++now_;
      generate();
      send();
      for (DramOracle& channel : channels_) {
        channel.tick();
        for (const auto& [id, tick] : channel.completed)
          complete(requests_[static_cast<size_t>(id)], tick);
        channel.completed.clear();
      }
    }
    for (const Request& r : requests_) log_.record(r.access, r.generated, r.accepted, r.done);
    return log_.result();
  }

 private:
  struct Request {
    TrafficAccess access;
    int64_t generated, accepted, done, bursts_left;
  };
  struct Burst {
    int64_t id;
    uint64_t address;
  };

  void generate() {
    const int64_t limit = kSourceQueueBursts * test_.config.channels;
    if (test_.offered_fraction >= 1) {
      while (static_cast<int64_t>(queue_.size()) < limit && wanted()) generate_one();
    } else if (wanted() && arrivals_.uniform() < log_.generation_rate(log_.bursts_of(next_))) {
      generate_one();
    }
  }

  bool wanted() const { return static_cast<int64_t>(requests_.size()) < test_.requests; }

  void generate_one() {
    const int64_t bursts = log_.bursts_of(next_);
    for (int64_t i = 0; i < bursts; ++i) {
      const int64_t offset = i * test_.config.organization.burst_bytes;
      queue_.push_back(
          {static_cast<int64_t>(requests_.size()), next_.address + static_cast<uint64_t>(offset)});
    }
    requests_.push_back({next_, now_, -1, -1, bursts});
    next_ = source_.next();
  }

  void send() {
    std::vector<int64_t> sent(channels_.size(), 0);
    while (!queue_.empty()) {
      const Burst& burst = queue_.front();
      Request& request = requests_[static_cast<size_t>(burst.id)];
      const BurstPlace at = place_burst(test_.config, burst.address);
      if (sent[at.channel]++ == kBurstsPerTick) return;
      if (!channels_[at.channel].send(at.local_address, request.access.write, burst.id)) return;
      if (request.accepted < 0) request.accepted = now_;
      queue_.pop_front();
    }
  }

  void complete(Request& request, int64_t tick) {
    request.done = std::max(request.done, tick);
    if (--request.bursts_left == 0) ++finished_;
  }

  const LoadTest& test_;
  LoadTestLog log_;
  TrafficSource source_;
  base::Xoshiro256 arrivals_;
  TrafficAccess next_;
  std::vector<DramOracle> channels_;
  std::deque<Burst> queue_;
  std::vector<Request> requests_;
  int64_t now_ = 0, finished_ = 0;
};

}  // namespace

LoadTestResult run_load_test_on_oracle(const LoadTest& test) {
  return Experiment(test).run();
}

}  // namespace weft::sim::testing
