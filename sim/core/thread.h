// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "kernels/program/nest_state.h"
#include "sim/core/merge_state.h"
#include "sim/core/private_row.h"

namespace weft::sim {

/// Why a thread spent a cycle: exactly one cause each, so that the causes of a thread add up to the
/// run.
enum class Cause : uint8_t {
  Busy,                // an instruction of the thread issued
  IssueWait,           // another thread issued, or the instruction before is still in the pipeline
  Scratchpad,          // latency of the scratchpad
  ScratchpadConflict,  // another access had the bank
  Cache,               // latency of a hit in the data cache
  Memory,              // network and DRAM
  Dma,                 // waiting for a transfer of the DMA engine
  Queue,               // fetching a task
  Barrier,             // waiting for the other threads
  Idle,                // no work left
};
inline constexpr size_t kCauses = 10;
inline constexpr std::array<std::string_view, kCauses> kCauseNames = {
    "busy",  "issue_wait", "scratchpad", "scratchpad_conflict", "cache", "memory", "dma",
    "queue", "barrier",    "idle"};

using CauseCycles = std::array<uint64_t, kCauses>;

/// A register of a thread: as its program uses it.
union Register {
  int64_t integer;
  double real;
};

/// Whether a thread can go on, or what it waits for.
enum class ThreadState : uint8_t { Running, AtBarrier, AtGlobalBarrier, AtGroup, AtFence, Halted };

/// A hardware thread: registers, program counter and its own time in cycles.
struct Thread {
  static constexpr size_t kRegisters = 32;  // published: PIUMA, 32 registers per thread

  uint64_t now = 0;
  uint64_t pending_slots = 0;  // scalar work not yet charged
  uint32_t pc = 0;
  ThreadState state = ThreadState::Running;
  uint16_t id = 0;              // in its core
  uint16_t pipeline = 0;        // in its core
  uint16_t waiting_source = 0;  // of the operation it waits in
  bool stall_on_use = false;
  int16_t announced_array = -1;  // of the latest fill, and its first element
  int64_t announced_begin = 0;
  std::array<Register, kRegisters> reg{};
  std::array<uint64_t, kRegisters>
      ready{};  // cycle at which a register can be used; single-threaded cores only

  int64_t next_static_task = 0;
  uint64_t slots_to_clear = 0;  // of the clearing of a table under way
  uint64_t drain_cursor = 0;
  uint64_t drain_end = 0;
  bool intersecting = false;  // an Intersect stopped on its way
  PrivateRow row;
  MergeState merge;
  std::unique_ptr<program::NestState> nest;  // of programs with loop nests

  CauseCycles cycles{};
  uint64_t instructions = 0;
};

}  // namespace weft::sim
