// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/core_model.h"
#include "sim/memory/memory_model.h"

namespace weft::tests {

/// Requests of one kind that a port saw.
struct Traffic {
  uint64_t requests = 0;
  uint64_t bytes = 0;          // asked for
  uint64_t rounded_bytes = 0;  // rounded out to the access granularity
};

/// Memory that answers after a fixed number of cycles, however much is asked of it.
class LatencyPort : public sim::MemoryPort {
 public:
  explicit LatencyPort(uint64_t latency_cycles) : latency_cycles_(latency_cycles) {}
  uint64_t access(uint64_t cycle, sim::AccessKind, uint64_t, uint32_t) override {
    return cycle + latency_cycles_;
  }

 private:
  uint64_t latency_cycles_;
};

/// Flat memory seen by a core with a clock of 1 GHz, so that a cycle is a nanosecond. Counts what
/// passes by itself, to be held against what both sides say. A pair is one transaction, as on a
/// machine of one core.
class FlatPort : public sim::MemoryPort {
 public:
  struct Parameters {
    double latency_ns = 90;
    double gb_s = 5.7;
    uint32_t access_bytes = 8;
  };

  explicit FlatPort(const Parameters& parameters)
      : parameters_(parameters),
        memory_(static_cast<uint64_t>(parameters.latency_ns * kPicoseconds), parameters.gb_s,
                parameters.access_bytes) {}

  uint64_t access(uint64_t cycle, sim::AccessKind kind, uint64_t address, uint32_t bytes) override {
    count(kind, {address, bytes});
    return back(memory_.access(cycle * kPicoseconds, kind, address, bytes));
  }

  uint64_t write_pair(uint64_t cycle, sim::Place first, sim::Place second) override {
    count(sim::AccessKind::Write, first);
    count(sim::AccessKind::Write, second);
    return back(memory_.access_pair(cycle * kPicoseconds, sim::AccessKind::Write, first, second));
  }

  const Traffic& traffic(sim::AccessKind kind) const { return traffic_[static_cast<size_t>(kind)]; }
  /// The cycle at which the last response was back.
  uint64_t last_done() const { return last_done_; }
  const sim::FlatMemory& memory() const { return memory_; }

 private:
  static constexpr uint64_t kPicoseconds = 1000;  // in a cycle

  void count(sim::AccessKind kind, sim::Place place) {
    Traffic& traffic = traffic_[static_cast<size_t>(kind)];
    const uint64_t unit = parameters_.access_bytes;
    const uint64_t end = place.address + place.bytes;
    ++traffic.requests;
    traffic.bytes += place.bytes;
    traffic.rounded_bytes += (end + unit - 1) / unit * unit - place.address / unit * unit;
  }

  /// The cycle from which a response that leaves memory at `done_ps` can be used.
  uint64_t back(uint64_t done_ps) {
    const uint64_t done = (done_ps + kPicoseconds - 1) / kPicoseconds;
    last_done_ = std::max(last_done_, done);
    return done;
  }

  Parameters parameters_;
  sim::FlatMemory memory_;
  Traffic traffic_[3];
  uint64_t last_done_ = 0;
};

/// A machine of one core, run without SystemC the way the core's module runs it.
class LoneCore {
 public:
  LoneCore(const sim::CoreParameters& parameters, sim::MemoryPort& memory,
           const program::Program& code)
      : state_(code, 1, parameters.barrier_cycles), core_(parameters, 0, memory, [](uint64_t) {}) {
    state_.models = {&core_};
    core_.load(state_);
  }
  LoneCore(const LoneCore&) = delete;
  LoneCore& operator=(const LoneCore&) = delete;

  /// Runs the program to its end, threads at most `quantum_cycles` ahead of each other, and returns
  /// the cycles it took; 0 where it never ended.
  uint64_t run(uint64_t quantum_cycles = 512) {
    for (uint64_t now = 0; now != sim::kNever;) {
      const uint64_t next = core_.run_until(now + quantum_cycles);
      now = next == sim::kNever ? next : std::max(next, now + 1);
    }
    if (!core_.halted()) return 0;
    core_.close(core_.finished_at());
    return core_.finished_at();
  }

  const sim::CoreModel& core() const { return core_; }
  program::SparseResult& result() { return state_.result; }

 private:
  sim::RunState state_;
  sim::CoreModel core_;
};

/// A core of one pipeline with `threads` threads and nothing else.
inline sim::CoreParameters one_pipeline(unsigned threads) {
  sim::CoreParameters parameters;
  parameters.pipelines = 1;
  parameters.threads_per_pipeline = threads;
  parameters.single_threads = 0;
  return parameters;
}

}  // namespace weft::tests
