// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "sim/core/dma_engine.h"
#include "tests/support/lone_core.h"

namespace weft::tests {
namespace {

using sim::AccessKind;
using sim::DmaDescriptor;
using sim::DmaOperation;

constexpr int64_t kElements = 512;

struct Order {
  std::vector<int64_t> index;
  DmaDescriptor descriptor;
};

/// Any operation between any places, with an index that repeats, runs on, or jumps about.
Order arbitrary_order() {
  Order order;
  DmaDescriptor& descriptor = order.descriptor;
  descriptor.operation = static_cast<DmaOperation>(*rc::gen::inRange(0, machine::kDmaOperations));
  descriptor.count = *rc::gen::inRange<uint64_t>(1, kElements / 4);
  descriptor.element_bytes = *rc::gen::element(4u, 8u, 16u);
  descriptor.source = {*rc::gen::arbitrary<bool>(), 1 << 20};
  descriptor.destination = {*rc::gen::arbitrary<bool>(), 2 << 20};
  descriptor.source_stride = *rc::gen::inRange<int64_t>(1, 4);
  descriptor.destination_stride = *rc::gen::inRange<int64_t>(1, 4);
  descriptor.index_address = 3 << 20;
  const auto jump = *rc::gen::inRange<int64_t>(0, kElements);
  int64_t place = 0;
  for (uint64_t i = 0; i < descriptor.count; ++i) {
    order.index.push_back(place);
    place = (place + 1 + *rc::gen::inRange<int64_t>(0, jump + 1)) % kElements;
  }
  return order;
}

/// Memory of one latency that answers the requests of a run one after the other, and remembers
/// when each was in flight.
class WatchedPort : public sim::MemoryPort {
 public:
  explicit WatchedPort(uint64_t latency_cycles) : latency_cycles_(latency_cycles) {}

  uint64_t access(uint64_t cycle, AccessKind, uint64_t address, uint32_t bytes) override {
    const uint64_t requests = (address + bytes + 7) / 8 - address / 8;
    for (uint64_t i = 0; i < requests; ++i) {
      changes_.emplace_back(cycle + i, 1);
      changes_.emplace_back(cycle + i + latency_cycles_, -1);
    }
    requests_ += requests;
    return cycle + latency_cycles_ + requests - 1;
  }

  uint64_t requests() const { return requests_; }
  /// The most that were in flight in any cycle; one that ends makes room in the same cycle.
  int most_in_flight() {
    std::ranges::sort(changes_);
    int now = 0;
    int most = 0;
    for (const auto& [cycle, change] : changes_) most = std::max(most, now += change);
    return most;
  }

 private:
  uint64_t latency_cycles_;
  uint64_t requests_ = 0;
  std::vector<std::pair<uint64_t, int>> changes_;
};

TEST(DmaLaw, NeverHasMoreRequestsInFlightThanItMay) {
  EXPECT_TRUE(rc::check([] {
    sim::DmaParameters parameters;
    parameters.outstanding = *rc::gen::inRange(1u, 80u);
    const auto latency = *rc::gen::inRange<uint64_t>(1, 400);
    WatchedPort memory(latency);
    sim::DmaEngine dma(parameters, memory);
    uint64_t done = 0;
    for (int i = 0; i < 4; ++i) {
      Order order = arbitrary_order();
      order.descriptor.index = order.index;
      done = std::max(done, dma.transfer(0, order.descriptor));
    }
    RC_ASSERT(memory.most_in_flight() <= static_cast<int>(parameters.outstanding));
    RC_ASSERT(done * parameters.outstanding >= memory.requests() * latency);
  }));
}

/// The obvious window: the response of every request that is in flight, oldest first.
class RequestWindow {
 public:
  RequestWindow(unsigned outstanding, double spacing_cycles)
      : done_(outstanding, 0), spacing_(spacing_cycles) {}

  double free_for(unsigned n) const {
    double first = 0;
    for (unsigned i = 0; i < n; ++i) first = std::max(first, done_[i] - i * spacing_);
    return first;
  }
  void record(uint64_t last, unsigned n) {
    done_.erase(done_.begin(), done_.begin() + n);
    for (unsigned i = 0; i < n; ++i)
      done_.push_back(static_cast<double>(last) - (n - 1 - i) * spacing_);
  }

 private:
  std::vector<double> done_;
  double spacing_;
};

TEST(DmaLaw, AWindowOfRunsFreesItsPlacesAsAWindowOfRequestsDoes) {
  EXPECT_TRUE(rc::check([] {
    const auto outstanding = *rc::gen::inRange(1u, 80u);
    const double spacing = *rc::gen::inRange(1, 30) / 10.0;
    sim::OutstandingWindow window(outstanding, spacing);
    RequestWindow oracle(outstanding, spacing);
    uint64_t last = 1000;  // no response of the first run lies before the beginning
    for (int i = 0; i < 50; ++i) {
      const auto n = *rc::gen::inRange(1u, outstanding + 1);
      const auto free = static_cast<double>(window.free_for(n));
      RC_ASSERT(free <= oracle.free_for(n) + 1);
      RC_ASSERT(free >= oracle.free_for(n) - 1);
      last += *rc::gen::inRange<uint64_t>(0, 300);
      window.record(last, n);
      oracle.record(last, n);
    }
  }));
}

/// However source and destination lie to each other, and be it a single request that may be in
/// flight.
TEST(DmaLaw, ABackgroundCopyEndsAndMovesItsBytesTwice) {
  EXPECT_TRUE(rc::check([] {
    sim::DmaParameters parameters;
    parameters.outstanding = *rc::gen::inRange(1u, 80u);
    parameters.run_bytes = *rc::gen::element(64u, 128u);
    const auto bytes = *rc::gen::inRange<uint64_t>(1, 2000);
    const auto latency = *rc::gen::inRange<uint64_t>(1, 400);
    WatchedPort memory(latency);
    sim::DmaEngine dma(parameters, memory);
    dma.post(0, {.source = *rc::gen::inRange<uint64_t>(0, 64),
                 .destination = (1 << 20) + *rc::gen::inRange<uint64_t>(0, 64),
                 .bytes = bytes});
    dma.advance(~uint64_t{0});
    RC_ASSERT(dma.background_idle());
    RC_ASSERT(dma.bytes() == 2 * bytes);
    RC_ASSERT(memory.most_in_flight() <= static_cast<int>(parameters.outstanding));
    RC_ASSERT(dma.background_done_at() >= 2 * latency);
  }));
}

TEST(DmaLaw, IsNeverFasterThanTheMemoryMovesItsBytes) {
  EXPECT_TRUE(rc::check([] {
    const auto gb_s = *rc::gen::inRange(1, 20);
    FlatPort memory({.latency_ns = 50, .gb_s = static_cast<double>(gb_s)});
    sim::DmaEngine dma(sim::DmaParameters{}, memory);
    Order order = arbitrary_order();
    order.descriptor.index = order.index;
    const uint64_t done = dma.transfer(0, order.descriptor);
    RC_ASSERT(static_cast<double>(done) * gb_s >=
              static_cast<double>(memory.memory().moved_bytes()) - 8);
  }));
}

/// The engine's streams and the host's loop must name the same places: every byte that the loop
/// reads or writes in memory is asked for, and nothing else.
TEST(DmaLaw, AsksForEveryElementThatItsFunctionTouches) {
  EXPECT_TRUE(rc::check([] {
    Order order = arbitrary_order();
    DmaDescriptor& descriptor = order.descriptor;
    descriptor.index = order.index;
    descriptor.source.in_scratchpad = false;
    descriptor.destination.in_scratchpad = false;
    FlatPort memory({});
    sim::DmaEngine dma(sim::DmaParameters{}, memory);
    dma.transfer(0, descriptor);
    const uint64_t bytes = descriptor.count * descriptor.element_bytes;
    const bool indirect = descriptor.operation == DmaOperation::Indirect;
    const uint64_t index_bytes = indirect ? descriptor.count * sim::kDmaIndexBytes : 0;
    RC_ASSERT(memory.traffic(AccessKind::Read).bytes ==
              (descriptor.operation == DmaOperation::Broadcast ? descriptor.element_bytes : bytes) +
                  index_bytes);
    RC_ASSERT(memory.traffic(AccessKind::Write).bytes ==
              (descriptor.operation == DmaOperation::Reduce ? descriptor.element_bytes : bytes));
    RC_ASSERT(dma.bytes() ==
              memory.traffic(AccessKind::Read).bytes + memory.traffic(AccessKind::Write).bytes);
  }));
}

}  // namespace
}  // namespace weft::tests
