// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/einsum/stored_tensor.h"
#include "kernels/ir/kernel.h"
#include "kernels/program/program.h"
#include "mapper/nest/expansion.h"
#include "sim/machine/fabric_description.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// What the compiler of loop nests needs to know of a machine.
struct NestTarget {
  int64_t cores = 1;
  int64_t threads_per_core = 64;
  uint64_t scratchpad_bytes = 4 << 20;
  bool dma = true;
  bool queue_engine = true;
  /// Threads of all cores meet at the end of a launch alone, scratchpads keep nothing from one
  /// launch to the next, and neighbouring threads are to touch neighbouring elements.
  bool launches = false;
  double launch_cycles = 0;
  int64_t pipelines = 4;                // of a core
  double memory_bytes_per_cycle = 5.7;  // of a core
  double memory_latency_cycles = 90;
  program::NestSlots slots;
};

/// What a fabric's cores and threads are to a loop nest; scratchpads are no larger than the limit.
NestTarget nest_target(const machine::FabricDescription& fabric, const ir::Limits& limits = {});

/// What an SM array is: a CTA takes the part of a core, shared memory that of its scratchpad. As
/// many CTAs as are resident at a time count as cores.
NestTarget nest_target(const machine::GpuDescription& gpu);

/// A loop of a statement, in the order of the walk.
struct LoopPlan {
  std::string name;
  std::string index;  // whose values it walks; that of a chunk of positions is a fused loop
  int32_t id = -1;    // in Nest::loops
  int32_t variable = -1;
  int64_t weight = 1;  // of one step in the index
  int64_t extent = 1;  // iterations at most
  program::Share share = program::Share::None;
  bool parallel = false;
  bool reduces = false;  // the target's element does not depend on it
  bool repeats = false;  // a piece of the repeated index
  bool chunk = false;    // takes stretches of stored positions
  ir::Origin where;
};

/// A tensor at subscripts, and where each of its sparse levels is found.
struct AccessPlan {
  const ir::Expression* expression = nullptr;
  const ir::Tensor* tensor = nullptr;
  int32_t id = -1;  // in Nest::accesses
  bool target = false;
  struct Level {
    program::Form coordinate;
    program::Form parent;  // position of the level above
    int32_t result = -1;   // variable of the position; -1: a dense level
    int depth = -1;        // of the loop at which it is known
    bool drives = false;
  };
  std::vector<Level> levels;
};

/// A statement with its loops and accesses.
struct NestStatementPlan {
  const ir::Statement* statement = nullptr;
  ir::StatementSchedule schedule;
  int32_t id = -1;                            // in Nest::statements
  std::vector<LoopPlan> loops;                // outermost first
  size_t shared = 0;                          // outermost loops that are those of the group's first
  std::vector<AccessPlan> accesses;           // the target first
  std::vector<std::vector<int32_t>> lookups;  // [depth] in the body of each loop
  std::vector<std::vector<int32_t>> holds;    // [depth]
  std::vector<int32_t> accumulator_at;        // [depth] or -1
  int32_t root_accumulator = -1;
  int32_t exchange = -1;  // in Nest::exchanges
  bool atomic = false;
  bool first_write = true;
};

/// Statements that share their outermost loops.
struct NestGroup {
  std::vector<NestStatementPlan> statements;
  bool repeats = false;
  /// What a recurrence leaves at the end of a loop around it: depth and accumulator.
  std::vector<std::pair<size_t, int32_t>> leaving;
};

/// Whether all threads go through the shared loops of a group together, because none of these is
/// dealt out.
bool host_walks(const NestGroup& group);

/// A kernel between its document and its thread program. Stored tensors must outlive the programs
/// that are made of it.
struct NestKernel {
  std::shared_ptr<const Expansion> expanded;  // the document with its schedule written out, or null
  const ir::Kernel* kernel = nullptr;         // that, or the document
  NestTarget target;
  std::map<std::string, einsum::StoredTensor>* stored = nullptr;
  program::Nest nest;
  std::map<std::string, int32_t> tensor_ids;  // in Nest::tensors
  std::vector<NestGroup> groups;
  std::vector<program::Source> sources;
  std::vector<std::pair<std::string, uint64_t>> scratchpad;  // what takes it, bytes
  uint64_t scratchpad_bytes = 0;
  uint64_t memory_top = 0;  // global addresses in use
};

/// What registers keep through the steps of a pass of this statement, or nullptr.
const RegisterGroup* register_group(const NestKernel& nest, const ir::Statement& statement);

}  // namespace weft::mapper
