// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "kernels/program/program.h"
#include "kernels/program/result.h"
#include "sim/core/collective_engine.h"
#include "sim/core/merge_state.h"

namespace weft::sim {

class CoreModel;

/// What the cores of a machine share while they run one program: the data in memory, the groups not
/// yet taken, the result, and the barrier of the whole machine.
struct RunState {
  RunState(const program::Program& code, unsigned core_count, uint64_t barrier_latency_cycles);

  /// Host storage of a memory array: the tensor's own data, or what the machine made for it.
  void* data(int32_t array) { return storage[static_cast<size_t>(array)]; }

  /// A core reports that all its threads wait at the machine's barrier since `cycle`.
  void arrive(uint64_t cycle);

  const program::Program& program;
  unsigned cores;
  CollectiveEngine barrier;    // of the machine
  std::vector<void*> storage;  // [array]; scratchpad arrays have theirs in each core
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::vector<std::unique_ptr<void, Free>> made;
  program::SparseResult result;
  uint64_t next_group = 0;
  std::vector<int64_t> tasks_taken;               // [task list]
  std::vector<std::vector<RecordedFiber>> lists;  // [row][fiber] products in memory
  std::vector<uint64_t> phase_begin;  // [phase] earliest cycle at which a thread entered it
  std::vector<CoreModel*> models;     // [core]
};

}  // namespace weft::sim
