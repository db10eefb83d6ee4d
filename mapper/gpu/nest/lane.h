// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/program/access_kind.h"
#include "kernels/program/nest.h"
#include "kernels/program/nest_state.h"

namespace weft::mapper {

/// An element that a lane reads or writes.
struct LaneElement {
  uint64_t address = 0;
  uint32_t bytes = 0;
  bool shared = false;  // in shared memory
  bool own = false;     // there, in a piece of the thread's own, interleaved with the others'
  program::AccessKind kind = program::AccessKind::Read;
};

/// A stretch of global memory that a copy engine moves.
struct LaneCopy {
  uint64_t address = 0;
  uint64_t bytes = 0;
  program::AccessKind kind = program::AccessKind::Read;
};

/// What a lane does in one micro-operation.
struct LaneLog {
  uint64_t instructions = 0;
  uint64_t arithmetic = 0;  // of these, of the statement's value
  uint64_t products = 0;
  uint32_t probes = 0;  // reads that each wait for the one before
  std::vector<LaneElement> elements;
  std::vector<uint32_t> accesses;  // where the elements of each access begin; walking comes first
  std::vector<LaneCopy> copies;

  void clear();
};

/// A thread among those of its launch.
struct LanePlace {
  int64_t cta = 0;
  int64_t ctas = 1;
  int64_t thread = 0;  // of the CTA
  int64_t threads = 1;
};

/// Notes what the steps of a loop nest take of a lane; see program::nest_op().
class LaneTouch {
 public:
  LaneTouch(const program::Nest& nest, program::NestState& state, LanePlace place, LaneLog& log)
      : nest_(nest), state_(state), place_(place), log_(log) {}

  const program::Nest& nest() const { return nest_; }
  const program::NestSlots& slots() const { return nest_.slots; }
  program::NestState& state() { return state_; }
  uint64_t now() const { return 0; }

  void issue(uint64_t count) { log_.instructions += count; }
  void owe(uint64_t count) { log_.instructions += count; }
  void arithmetic(uint64_t count) {
    log_.instructions += count;
    log_.arithmetic += count;
  }
  void begin_access(const program::NestAccess& access) {
    log_.accesses.push_back(static_cast<uint32_t>(log_.elements.size()));
    own_ = access.own_slice;
  }
  void touch(program::Residence place, program::AccessKind kind, uint64_t address, uint32_t bytes,
             uint16_t source) {
    touch_run(place, kind, address, 0, 1, bytes, source);
  }
  void probe(program::Residence place, uint64_t address, uint32_t bytes, uint16_t source) {
    ++log_.probes;
    touch(place, program::AccessKind::Read, address, bytes, source);
  }
  void touch_run(program::Residence place, program::AccessKind kind, uint64_t address,
                 int64_t stride, int64_t count, uint32_t bytes, uint16_t source);
  uint64_t fill(uint64_t address, uint64_t bytes, uint16_t source);
  uint64_t drain(uint64_t address, uint64_t bytes, uint16_t source);
  void wait_for_dma(uint64_t, uint16_t) { ++log_.probes; }
  void count_products(uint64_t products) { log_.products += products; }

  int64_t share_index(program::Share share) const;
  int64_t share_count(program::Share share) const;
  int64_t task_register(uint8_t) const { return 0; }  // nothing is taken from a queue

 private:
  int64_t warps() const { return place_.threads / program::kWarpLanes; }

  const program::Nest& nest_;
  program::NestState& state_;
  LanePlace place_;
  LaneLog& log_;
  bool own_ = true;
};

}  // namespace weft::mapper
