// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/program/program.h"
#include "sim/core/access.h"
#include "sim/core/cache.h"
#include "sim/core/calendar.h"
#include "sim/core/collective_engine.h"
#include "sim/core/core_parameters.h"
#include "sim/core/dma_engines.h"
#include "sim/core/queue_engine.h"
#include "sim/core/run_state.h"
#include "sim/core/scratchpad.h"
#include "sim/core/shared_table.h"
#include "sim/core/task_flow.h"
#include "sim/core/thread.h"

namespace weft::sim {

inline constexpr uint64_t kNever = ~uint64_t{0};

/// An array as a core's threads touch it: the program's declaration reduced to what an access
/// needs.
struct BoundArray {
  void* data = nullptr;
  uint64_t base = 0;
  uint64_t index_mask = ~uint64_t{0};  // held arrays wrap around their buffers
  uint64_t thread_stride = 0;
  uint64_t memory_base = 0;
  int64_t count = 0;
  uint32_t bytes = 4;
  program::ElementType type = program::ElementType::Int32;
  program::Space space = program::Space::Memory;
};

/// Cycles that threads spent and bytes that they moved on behalf of one source line.
struct SourceCounters {
  CauseCycles causes{};
  uint64_t memory_bytes = 0;
};

/// What a core did, for reports. Cycle counts are in core cycles.
struct CoreCounters {
  CauseCycles threads{};         // summed over the multi-threaded threads
  CauseCycles single_threads{};  // summed over the single-threaded cores
  uint64_t instructions = 0;
  uint64_t products = 0;  // values inserted into accumulators
  uint64_t probes = 0;    // table slots looked at by inserts
  std::vector<SourceCounters> sources;
};

/// One core: pipelines of hardware threads, scratchpad, data caches and DMA engine, executing a
/// Program.
///
/// Function and time in one pass: a thread runs until its own time passes the end of the quantum,
/// booking every resource it touches on the way, then the next thread runs. Threads are entries of
/// an array; nothing here is a SystemC process, so a core is tested by itself.
class CoreModel {
 public:
  /// `wake` is called with a cycle when something outside gives the sleeping core work from that
  /// cycle on.
  CoreModel(const CoreParameters& parameters, unsigned index, MemoryPort& memory,
            std::function<void(uint64_t)> wake);

  /// Takes up the program of `run`; every thread starts at cycle 0.
  void load(RunState& run);

  /// Runs every thread to `until` or until it waits; returns the next cycle at which the core has
  /// work, or kNever.
  uint64_t run_until(uint64_t until);

  /// Ends the barrier of the machine for this core's threads at `cycle`.
  void release_global(uint64_t cycle);

  bool halted() const { return halted_ == threads_.size(); }
  /// The cycle at which the last thread halted and the last background transfer ended.
  uint64_t finished_at() const { return std::max(finished_at_, dma_.background_done_at()); }

  /// Fills the time of every thread up to `total_cycles` with idle cycles, so that its causes add
  /// up to the run.
  void close(uint64_t total_cycles);

  CoreCounters counters() const;
  const Scratchpad& scratchpad() const { return scratchpad_; }
  const DmaEngines& dma() const { return dma_; }
  const std::vector<Thread>& threads() const { return threads_; }
  /// The issue ports, multi-threaded ones first; a booked slot is a busy cycle.
  const std::vector<SlotCalendar>& pipelines() const { return pipelines_; }
  const std::vector<Cache>& caches() const { return caches_; }

 private:
  friend struct Stepper;
  friend struct ScalarOps;
  friend struct MemoryOps;
  friend struct BankedHand;
  friend class RunHand;
  friend struct InsertOps;
  friend struct TableOps;
  friend struct WalkedAccesses;
  friend class NestTouch;
  friend struct Interpreter;
  template <class Step>
  friend struct PrivateOps;
  template <class Step>
  friend struct MergeOps;
  template <class Step>
  friend struct ListOps;
  template <class Step>
  friend Outcome intersect(Step&, const program::MicroOp&);
  template <class Step>
  friend Outcome task_flow(Step&, const program::MicroOp&);

  /// The number of the table in use among those of all cores.
  int64_t table_number() const {
    return static_cast<int64_t>(index_ * tables_.size() + table_index_);
  }
  /// The shared table of the group at hand, and its place in the scratchpad.
  SharedTable& table() { return tables_[table_index_]; }
  uint64_t table_base(uint64_t slot_bytes) const {
    return run_->program.accumulator.base +
           table_index_ * run_->program.accumulator.slots * slot_bytes;
  }

  /// Gives a turn to every thread of [begin, end) that can run before `until`; false where none
  /// can.
  bool run_turns(size_t begin, size_t end, uint64_t until);
  void run_thread(Thread& thread, uint64_t until);

  /// Takes a thread out of the turns until resume().
  void stop(Thread& thread, ThreadState state);
  void meet(Thread& thread, ThreadState state);
  void release(ThreadState state, uint64_t cycle);
  void resume(Thread& thread, Cause cause, uint64_t cycle);
  uint64_t next_own_group();
  void begin_group(uint64_t cycle);
  void check_fences();
  void halt(Thread& thread);
  void bind_arrays();

  CoreParameters parameters_;
  unsigned index_;
  MemoryPort& memory_;
  std::function<void(uint64_t)> wake_;
  Scratchpad scratchpad_;
  std::vector<Cache> caches_;            // [pipeline]
  std::vector<SlotCalendar> pipelines_;  // [pipeline], multi-threaded ones first
  QueueEngine queue_engine_;
  CollectiveEngine collective_engine_;  // barriers of this core
  DmaEngines dma_;
  std::vector<Thread> threads_;  // neighbours are on different pipelines; single-threaded ones last
  std::vector<uint64_t> due_;  // [thread] its time, kNever while it waits: all that a turn looks at
  size_t first_turn_ = 0;      // thread that runs first in this quantum
  size_t turn_step_ = 1;  // from one quantum's to the next; has no factor in common with threads
  RunState* run_ = nullptr;

  std::vector<BoundArray> arrays_;  // [array]
  std::vector<std::vector<int64_t>> made_;
  std::vector<SharedTable> tables_;  // [table]
  size_t table_index_ = 0;
  program::Group group_;
  bool group_is_partial_ = false;  // keeps only some columns
  TaskFlow flow_;
  unsigned waiting_at_fence_ = 0;
  uint64_t groups_begun_ = 0;
  unsigned members_ = 0;              // threads that take part in the core's barriers
  CollectiveEngine global_arrivals_;  // this core's part in barriers of the machine
  size_t halted_ = 0;
  uint64_t finished_at_ = 0;
  uint64_t products_ = 0;
  uint64_t probes_ = 0;
  std::vector<SourceCounters> sources_;
  CauseCycles elsewhere_{};  // of single-threaded cores, which sources leave out
};

}  // namespace weft::sim
