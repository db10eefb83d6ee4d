// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/walk/nest_work.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "kernels/program/nest_op.h"
#include "mapper/search/walk/walk_touch.h"

namespace weft::mapper {

using program::MicroOp;
using program::Opcode;
using program::Outcome;
using Status = WalkThread::Status;

namespace {

class Walker {
 public:
  Walker(const program::Program& program, const machine::FabricDescription& fabric)
      : program_(program),
        fabric_(fabric),
        topology_(fabric),
        ways_(program, fabric),
        cores_(fabric.total_cores()),
        pipelines_(fabric.core.mtc.count),
        pipeline_slots_(static_cast<size_t>(cores_) * static_cast<size_t>(pipelines_), 0),
        core_requests_(static_cast<size_t>(cores_), 0) {
    const int threads = pipelines_ * fabric.core.mtc.threads;
    for (int core = 0; core < cores_; ++core) {
      for (int index = 0; index < threads; ++index) threads_.push_back(make_thread(core, index));
    }
  }

  NestWork run() {
    const auto barrier = static_cast<uint64_t>(fabric_.collective_engine.barrier_cycles +
                                               2 * topology_.worst_latency_cycles());
    for (bool runs = true; runs;) {
      uint64_t end = 0;
      for (int core = 0; core < cores_; ++core) end = std::max(end, run_core(core));
      end = std::max(end, began_ + pool_cycles());
      work_.path_cycles = static_cast<double>(end);
      began_ = end + barrier;
      runs = release(Status::AtMachineBarrier, threads_.begin(), threads_.end(), began_);
    }
    return finish();
  }

 private:
  using Threads = std::vector<WalkThread>::iterator;

  WalkThread make_thread(int core, int index) const {
    WalkThread thread;
    const program::Nest& nest = program_.nest;
    thread.state.values.assign(nest.space.size(), 0);
    thread.state.loops.resize(nest.loops.size());
    for (size_t i = 0; i < nest.loops.size(); ++i)
      thread.state.loops[i].cursors.resize(nest.loops[i].drivers.size());
    thread.state.task.assign(nest.tasks.size(), 0);
    thread.state.holds.resize(nest.holds.size());
    thread.core = core;
    thread.index = index;
    return thread;
  }

  /// Lets threads that wait go on at `cycle`; true where there are any.
  static bool release(Status status, Threads begin, Threads end, uint64_t cycle) {
    bool any = false;
    for (Threads thread = begin; thread != end; ++thread) {
      if (thread->status != status) continue;
      any = true;
      thread->status = Status::Runs;
      thread->clock = cycle;
    }
    return any;
  }

  /// Runs the threads of a core to the next barrier of the machine or their end; the cycle at which
  /// the last is there. Between barriers of the core its pipelines issue one instruction a cycle.
  uint64_t run_core(int core) {
    const auto per_core = static_cast<std::ptrdiff_t>(threads_.size()) / cores_;
    const Threads begin = threads_.begin() + core * per_core;
    const Threads end = begin + per_core;
    const auto barrier = static_cast<uint64_t>(fabric_.collective_engine.barrier_cycles);
    uint64_t from = began_;
    for (;;) {
      std::vector<uint64_t> issued(static_cast<size_t>(pipelines_), 0);
      uint64_t last = from;
      for (Threads thread = begin; thread != end; ++thread) {
        const uint64_t start = thread->clock;
        run_thread(*thread);
        work_.thread_cycles += static_cast<double>(thread->clock - start);
        last = std::max(last, thread->clock);
        issued[static_cast<size_t>(thread->index % pipelines_)] += std::exchange(thread->slots, 0);
      }
      for (size_t i = 0; i < issued.size(); ++i) {
        last = std::max(last, from + issued[i]);
        pipeline_slots_[static_cast<size_t>(core) * issued.size() + i] +=
            static_cast<double>(issued[i]);
      }
      from = last + barrier;
      if (!release(Status::AtBarrier, begin, end, from)) return last;
    }
  }

  void run_thread(WalkThread& thread) {
    while (thread.status == Status::Runs) step(thread);
  }

  void step(WalkThread& thread) {
    const MicroOp& op = program_.threads[thread.at];
    WalkTouch touch(program_.nest, fabric_, ways_, thread, work_);
    switch (op.op) {
      case Opcode::Halt:
        touch.issue(op.slots);
        thread.status = Status::Ended;
        return;
      case Opcode::Barrier:
        touch.issue(op.slots);
        thread.status =
            op.immediate == program::kWholeMachine ? Status::AtMachineBarrier : Status::AtBarrier;
        ++thread.at;
        return;
      case Opcode::Jump:
        touch.issue(op.slots);
        thread.at = static_cast<uint32_t>(op.target);
        return;
      case Opcode::PhaseBegin:
        ++thread.at;
        return;
      case Opcode::TaskFlow:
        take_task(thread, op);
        return;
      case Opcode::Nest:
        return step_nest(thread, touch, op);
      default:
        base::internal_failure(__FILE__, __LINE__, "an operation that loop nests do not have");
    }
  }

  void step_nest(WalkThread& thread, WalkTouch& touch, const MicroOp& op) {
    const Outcome outcome = program::nest_op(touch, op);
    if (outcome == Outcome::Next) ++thread.at;
    if (outcome == Outcome::Jump) thread.at = static_cast<uint32_t>(op.target);
    if (thread.core == FabricWays::kSomeCore) {
      pool_requests_ += static_cast<double>(touch.dma_requests());
    } else {
      core_requests_[static_cast<size_t>(thread.core)] += static_cast<double>(touch.dma_requests());
    }
  }

  /// Who gets which task is decided as threads come free: all tasks are walked once, by nobody in
  /// particular, and every thread finds the list empty once.
  void take_task(WalkThread& thread, const MicroOp& op) {
    if (thread.core != FabricWays::kSomeCore && walked_.insert(op.immediate).second) {
      WalkThread taker = thread;
      taker.core = FabricWays::kSomeCore;
      const int64_t count = program_.task_lists[static_cast<size_t>(op.immediate)].count;
      for (taker.task = 0; taker.task < count; ++taker.task) walk_task(taker);
    }
    ask_for_task(thread, op);
    thread.at = static_cast<uint32_t>(op.target);
  }

  void ask_for_task(WalkThread& thread, const MicroOp& op) {
    WalkTouch(program_.nest, fabric_, ways_, thread, work_).issue(op.slots);
    thread.clock += static_cast<uint64_t>(fabric_.queue_engine.dequeue_cycles);
  }

  /// From the operation that takes a task to the same again.
  void walk_task(WalkThread& taker) {
    const uint32_t top = taker.at;
    taker.clock = 0;
    taker.slots = 0;
    ask_for_task(taker, program_.threads[top]);
    ++taker.at;
    while (taker.at != top && taker.status == Status::Runs) step(taker);
    WEFT_CHECK(taker.status == Status::Runs, "a task that waits for other threads");
    heaviest_task_ = std::max(heaviest_task_, taker.clock);
    pool_clock_ += static_cast<double>(taker.clock);
    pool_slots_ += static_cast<double>(taker.slots);
  }

  /// Cycles that the tasks of this phase take at least, however they are handed out.
  uint64_t pool_cycles() {
    const auto pipelines = static_cast<double>(pipeline_slots_.size());
    const double evenly =
        std::max(pool_clock_ / static_cast<double>(threads_.size()), pool_slots_ / pipelines);
    work_.thread_cycles += std::exchange(pool_clock_, 0);
    work_.slots += std::exchange(pool_slots_, 0);
    return std::max(std::exchange(heaviest_task_, 0), static_cast<uint64_t>(evenly));
  }

  NestWork finish() {
    for (const double slots : pipeline_slots_) {
      work_.slots += slots;
      work_.pipeline_slots = std::max(work_.pipeline_slots, slots);
    }
    double requests = pool_requests_;
    for (const double own : core_requests_) {
      requests += own;
      work_.dma_requests = std::max(work_.dma_requests, own);
    }
    work_.dma_requests = std::max(work_.dma_requests, requests / cores_);
    work_.memory_bytes = ways_.memory_bytes();
    work_.atomic_bytes = ways_.atomic_bytes();
    work_.link_bytes = ways_.link_bytes();
    return std::move(work_);
  }

  const program::Program& program_;
  const machine::FabricDescription& fabric_;
  machine::Topology topology_;
  FabricWays ways_;
  int cores_;
  int pipelines_;  // of a core
  std::vector<WalkThread> threads_;
  std::vector<double> pipeline_slots_;  // [core * pipelines + pipeline]
  std::vector<double> core_requests_;   // [core] of its engines
  uint64_t began_ = 0;                  // the phase
  std::set<int64_t> walked_;            // task lists
  uint64_t heaviest_task_ = 0;          // of this phase
  double pool_clock_ = 0;
  double pool_slots_ = 0;
  double pool_requests_ = 0;
  NestWork work_;
};

}  // namespace

NestWork walk_nest(const program::Program& program, const machine::FabricDescription& fabric) {
  return Walker(program, fabric).run();
}

}  // namespace weft::mapper
