// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/program/nest.h"
#include "kernels/program/nest_state.h"
#include "mapper/search/walk/fabric_ways.h"
#include "mapper/search/walk/nest_work.h"
#include "sim/machine/fabric_description.h"

namespace weft::mapper {

/// A thread of a walk, with a clock that only its own work moves.
struct WalkThread {
  enum class Status : uint8_t { Runs, AtBarrier, AtMachineBarrier, Ended };
  program::NestState state;
  int64_t task = 0;    // taken from a list
  uint64_t clock = 0;  // cycles
  uint64_t slots = 0;  // instructions since the counters were read
  uint32_t at = 0;     // in the code
  int core = 0;        // FabricWays::kSomeCore: one that is free
  int64_t index = 0;   // in its core
  Status status = Status::Runs;
};

/// What one step of a nest costs a thread of a walk; see program::nest_op().
class WalkTouch {
 public:
  WalkTouch(const program::Nest& nest, const machine::FabricDescription& fabric, FabricWays& ways,
            WalkThread& thread, NestWork& work)
      : nest_(nest), fabric_(fabric), ways_(ways), thread_(thread), work_(work) {}

  const program::Nest& nest() const { return nest_; }
  const program::NestSlots& slots() const { return nest_.slots; }
  program::NestState& state() { return thread_.state; }
  uint64_t now() const { return thread_.clock; }

  void issue(uint64_t count) {
    thread_.slots += count;
    thread_.clock += count * static_cast<uint64_t>(fabric_.core.mtc.pipeline_cycles);
  }
  void owe(uint64_t count) { issue(count); }
  void arithmetic(uint64_t count) {
    issue(count);
    work_.arithmetic_slots += static_cast<double>(count);
  }
  void begin_access(const program::NestAccess&) {}

  void touch_run(program::Residence place, program::AccessKind kind, uint64_t address,
                 int64_t stride, int64_t count, uint32_t bytes, uint16_t source);
  void touch(program::Residence place, program::AccessKind kind, uint64_t address, uint32_t bytes,
             uint16_t source) {
    touch_run(place, kind, address, 0, 1, bytes, source);
  }
  void probe(program::Residence place, uint64_t address, uint32_t bytes, uint16_t source) {
    touch(place, program::AccessKind::Read, address, bytes, source);
  }
  uint64_t fill(uint64_t address, uint64_t bytes, uint16_t) {
    return transfer(program::AccessKind::Read, address, bytes);
  }
  uint64_t drain(uint64_t address, uint64_t bytes, uint16_t) {
    return transfer(program::AccessKind::Write, address, bytes);
  }
  void wait_for_dma(uint64_t cycle, uint16_t) {
    issue(slots().branch);
    thread_.clock = std::max(thread_.clock, cycle);
  }
  void count_products(uint64_t products) { work_.products += static_cast<double>(products); }

  int64_t share_index(program::Share share) const;
  int64_t share_count(program::Share share) const;
  int64_t task_register(uint8_t) const { return thread_.task; }

  /// Requests that transfers have taken so far.
  uint64_t dma_requests() const { return dma_requests_; }

 private:
  uint64_t transfer(program::AccessKind kind, uint64_t address, uint64_t bytes);
  int64_t threads_per_core() const {
    return int64_t{fabric_.core.mtc.count} * fabric_.core.mtc.threads;
  }

  const program::Nest& nest_;
  const machine::FabricDescription& fabric_;
  FabricWays& ways_;
  WalkThread& thread_;
  NestWork& work_;
  uint64_t dma_requests_ = 0;
};

}  // namespace weft::mapper
