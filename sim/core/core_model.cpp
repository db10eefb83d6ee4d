// SPDX-License-Identifier: Apache-2.0
#include "sim/core/core_model.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "sim/core/compound_ops.h"
#include "sim/core/interpreter.h"

namespace weft::sim {

using program::Opcode;

CoreModel::CoreModel(const CoreParameters& parameters, unsigned index, MemoryPort& memory,
                     std::function<void(uint64_t)> wake)
    : parameters_(parameters),
      index_(index),
      memory_(memory),
      wake_(std::move(wake)),
      scratchpad_(parameters.scratchpad),
      pipelines_(parameters.pipelines + parameters.single_threads),
      queue_engine_(parameters.dequeue_cycles),
      collective_engine_(parameters.barrier_cycles),
      dma_(parameters.dma_engines, parameters.dma, memory) {
  for (size_t i = 0; i < pipelines_.size(); ++i) caches_.emplace_back(parameters.cache);
  const unsigned multi = parameters.pipelines * parameters.threads_per_pipeline;
  threads_.resize(multi + parameters.single_threads);
  for (unsigned i = 0; i < threads_.size(); ++i) {
    Thread& thread = threads_[i];
    thread.id = static_cast<uint16_t>(i);
    thread.stall_on_use = i >= multi;
    thread.pipeline = static_cast<uint16_t>(i < multi ? i % parameters.pipelines
                                                      : parameters.pipelines + i - multi);
  }
  const size_t count = threads_.size();
  due_.assign(count, kNever);
  turn_step_ = count * 618 / 1000;
  while (std::gcd(turn_step_, count) != 1) ++turn_step_;
}

void CoreModel::load(RunState& run) {
  run_ = &run;
  const program::Program& code = run.program;
  members_ = parameters_.pipelines * parameters_.threads_per_pipeline;
  sources_.assign(code.sources.size(), {});
  bind_arrays();
  const program::Accumulator& accumulator = code.accumulator;
  if (accumulator.kind == program::AccumulatorKind::Hash && accumulator.shared) {
    tables_.resize(accumulator.tables);
    for (SharedTable& table : tables_) table.configure(accumulator);
  }
  const int64_t all_threads = static_cast<int64_t>(members_) * run.cores;
  for (Thread& thread : threads_) {
    thread.reg[0].integer = static_cast<int64_t>(index_) * members_ + thread.id;
    thread.reg[1].integer = all_threads;
    thread.reg[2].integer = thread.id;
    thread.reg[3].integer = members_;
    const bool runs = !thread.stall_on_use ||
                      (index_ == 0 && thread.id == members_ && !code.single_threads.empty());
    if (runs) {
      due_[thread.id] = 0;
    } else {
      thread.state = ThreadState::Halted;
      ++halted_;
    }
  }
}

void CoreModel::bind_arrays() {
  arrays_.clear();
  made_.clear();
  for (size_t i = 0; i < run_->program.arrays.size(); ++i) {
    const program::Array& array = run_->program.arrays[i];
    BoundArray bound;
    bound.data = run_->storage[i];
    if (array.space == program::Space::Scratchpad && array.data == nullptr) {
      made_.emplace_back(array.count, 0);
      bound.data = made_.back().data();
    }
    bound.base = array.base;
    if (array.held_elements != 0) bound.index_mask = array.held_elements - 1;
    bound.thread_stride = array.thread_stride;
    bound.memory_base = array.memory_base;
    bound.count = static_cast<int64_t>(array.count);
    bound.bytes = array.bytes;
    bound.type = array.type;
    bound.space = array.space;
    arrays_.push_back(bound);
  }
}

/// Threads run one after the other to the end of the quantum and the first to run finds most slots
/// free, so that each quantum begins with another thread: the golden section spreads the beginnings
/// evenly. In a fixed order a full pipeline would starve its last threads, which no barrel does.
uint64_t CoreModel::run_until(uint64_t until) {
  const size_t count = threads_.size();
  first_turn_ = (first_turn_ + turn_step_) % count;
  uint64_t next = kNever;
  bool progressed = true;
  do {
    progressed = run_turns(first_turn_, count, until);
    progressed |= run_turns(0, first_turn_, until);
    dma_.advance(until);
    if (waiting_at_fence_ > 0) check_fences();
    next = kNever;
    for (const uint64_t due : due_) next = std::min(next, due);
  } while (progressed && next < until);
  return dma_.background_idle() ? next : std::min(next, dma_.background_at());
}

bool CoreModel::run_turns(size_t begin, size_t end, uint64_t until) {
  bool progressed = false;
  for (size_t i = begin; i < end; ++i) {
    if (due_[i] >= until) continue;
    run_thread(threads_[i], until);
    progressed = true;
  }
  return progressed;
}

void CoreModel::stop(Thread& thread, ThreadState state) {
  thread.state = state;
  due_[thread.id] = kNever;
}

/// The interpreter. One case per micro-operation, each a call into Interpreter; a jump leaves
/// `next` at its target, an operation that waits for other threads leaves the loop. Longer than
/// other functions because it is the table of all operations.
// NOLINTNEXTLINE(readability-function-size)
void CoreModel::run_thread(Thread& thread, uint64_t until) {
  const program::MicroOp* code =
      thread.stall_on_use ? run_->program.single_threads.data() : run_->program.threads.data();
  Interpreter step(*this, thread, pipelines_[thread.pipeline]);
  SourceCounters* sources = sources_.data();
  uint32_t pc = thread.pc;
  // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): constructors are inherited
  while (step.now < until) {
    pc = step.run_scalars(code, pc);
    const program::MicroOp& op = code[pc];
    if (!thread.stall_on_use) step.causes = &sources[op.source].causes;
    uint32_t next = pc + 1;
    const auto go = [&](Outcome outcome) {
      if (outcome == Outcome::Jump) next = static_cast<uint32_t>(op.target);
      if (outcome == Outcome::Again) next = pc;
    };
    switch (op.op) {
      case Opcode::Load:
        step.load(op);
        break;
      case Opcode::Store:
        step.store(op);
        break;
      case Opcode::AtomicAdd:
        step.atomic_add(op);
        break;
      case Opcode::DmaFill:
        step.dma_fill(op);
        break;
      case Opcode::DmaWait:
        step.dma_wait(op);
        break;
      case Opcode::DmaMove:
        step.dma_move(op);
        break;
      case Opcode::DmaClear:
        step.dma_clear(op);
        break;
      case Opcode::Insert:
        step.insert_shared(op);
        break;
      case Opcode::InsertRun:
        go(step.insert_run(op, until) ? Outcome::Next : Outcome::Again);
        break;
      case Opcode::TableClear:
        go(step.table_clear(op, until));
        break;
      case Opcode::DrainBegin:
        step.drain_begin(op);
        break;
      case Opcode::DrainNext:
        go(step.drain_next(op, until));
        break;
      case Opcode::TaskNext:
        go(step.task_next(op) ? Outcome::Next : Outcome::Jump);
        break;
      case Opcode::Emit:
        step.emit(op);
        break;
      case Opcode::EmitRow:
        step.emit_row(op);
        break;
      case Opcode::PhaseBegin: {
        uint64_t& begin = run_->phase_begin[static_cast<size_t>(op.immediate)];
        begin = std::min(begin, step.now);
        break;
      }
      case Opcode::DmaFence:
      case Opcode::GroupNext:
      case Opcode::Barrier:
        step.issue(op.slots);
        thread.now = step.now;
        thread.pc = pc;
        thread.waiting_source = op.source;
        if (op.op == Opcode::GroupNext) {
          meet(thread, ThreadState::AtGroup);
        } else if (op.op == Opcode::DmaFence) {
          ++thread.pc;
          ++waiting_at_fence_;
          stop(thread, ThreadState::AtFence);
        } else {
          ++thread.pc;
          meet(thread, op.immediate == program::kWholeMachine ? ThreadState::AtGlobalBarrier
                                                              : ThreadState::AtBarrier);
        }
        return;
      case Opcode::Halt:
        step.issue(op.slots);
        thread.now = step.now;
        halt(thread);
        return;
      default:
        go(run_compound(step, op));
    }
    pc = next;
  }
  thread.pc = pc;
  thread.now = step.now;
  due_[thread.id] = step.now;
}

void CoreModel::halt(Thread& thread) {
  stop(thread, ThreadState::Halted);
  finished_at_ = std::max(finished_at_, thread.now);
  ++halted_;
}

/// A thread waits for the others; the last to come releases all of them.
void CoreModel::meet(Thread& thread, ThreadState state) {
  stop(thread, state);
  if (state == ThreadState::AtGlobalBarrier) {
    const auto running = static_cast<unsigned>(threads_.size() - halted_);
    if (global_arrivals_.arrive(thread.now, running)) run_->arrive(global_arrivals_.leave().cycle);
    return;
  }
  if (!collective_engine_.arrive(thread.now, members_)) return;
  const uint64_t cycle = collective_engine_.leave().cycle;
  if (state == ThreadState::AtGroup) {
    begin_group(cycle);
  } else {
    release(state, cycle);
  }
}

/// Moves a waiting thread to the cycle at which it may go on, on account of the operation that it
/// waits in.
void CoreModel::resume(Thread& thread, Cause cause, uint64_t cycle) {
  thread.state = ThreadState::Running;
  due_[thread.id] = std::max(cycle, thread.now);
  if (cycle <= thread.now) return;
  thread.cycles[static_cast<size_t>(cause)] += cycle - thread.now;
  if (!thread.stall_on_use)
    sources_[thread.waiting_source].causes[static_cast<size_t>(cause)] += cycle - thread.now;
  thread.now = cycle;
}

void CoreModel::release(ThreadState state, uint64_t cycle) {
  for (Thread& thread : threads_) {
    if (thread.state == state) resume(thread, Cause::Barrier, cycle);
  }
}

void CoreModel::release_global(uint64_t cycle) {
  release(ThreadState::AtGlobalBarrier, cycle);
  wake_(cycle);
}

/// The next of the groups that are the core's own; the number of all groups behind the last.
uint64_t CoreModel::next_own_group() {
  const auto& own = run_->program.owned_groups[index_];
  return groups_begun_ < own.size() ? own[groups_begun_] : run_->program.groups.size();
}

/// All threads of the core have met: one of them takes the next group and all go on with it, or
/// leave the loop.
void CoreModel::begin_group(uint64_t cycle) {
  const program::Program& code = run_->program;
  const bool shared = code.owned_groups.empty();
  if (shared && run_->cores > 1) {
    cycle = memory_.access(cycle, AccessKind::Atomic, code.result_start_base, 8);
  } else {
    cycle = scratchpad_.access(cycle, 0, true).done;
  }
  const uint64_t group_index = shared ? run_->next_group++ : next_own_group();
  const bool exists = group_index < code.groups.size();
  if (exists) {
    group_ = code.groups[group_index];
    group_is_partial_ = group_.column_end != 0;
    queue_engine_.offer(group_.task_begin, group_.task_end);
    if (!tables_.empty()) {
      table_index_ = groups_begun_ % tables_.size();
    }
    ++groups_begun_;
  }
  for (Thread& thread : threads_) {
    if (thread.state != ThreadState::AtGroup) continue;
    const program::MicroOp& op = code.threads[thread.pc];
    resume(thread, Cause::Barrier, cycle);
    thread.pc = exists ? thread.pc + 1 : static_cast<uint32_t>(op.target);
    thread.reg[op.a].integer = group_.begin;
    thread.reg[op.b].integer = group_.end;
    thread.next_static_task = group_.task_begin + thread.id;
  }
}

/// Releases the threads that wait for the background work of the group that used their table last.
void CoreModel::check_fences() {
  const uint64_t tables = std::max<uint64_t>(1, tables_.size());
  uint64_t done_at = 0;
  if (groups_begun_ > tables && !dma_.group_done(groups_begun_ - 1 - tables, done_at)) return;
  waiting_at_fence_ = 0;
  for (Thread& thread : threads_) {
    if (thread.state == ThreadState::AtFence) resume(thread, Cause::Dma, done_at);
  }
}

void CoreModel::close(uint64_t total_cycles) {
  for (Thread& thread : threads_) {
    thread.cycles[static_cast<size_t>(Cause::Idle)] += total_cycles - thread.now;
    if (!thread.stall_on_use)
      sources_[0].causes[static_cast<size_t>(Cause::Idle)] += total_cycles - thread.now;
    thread.now = total_cycles;
  }
}

CoreCounters CoreModel::counters() const {
  CoreCounters sum;
  for (const Thread& thread : threads_) {
    CauseCycles& to = thread.stall_on_use ? sum.single_threads : sum.threads;
    for (size_t cause = 0; cause < kCauses; ++cause) to[cause] += thread.cycles[cause];
    sum.instructions += thread.instructions;
  }
  sum.products = products_;
  sum.probes = probes_;
  sum.sources = sources_;
  return sum;
}

}  // namespace weft::sim
