// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/emit_nest.h"

#include <algorithm>
#include <functional>
#include <span>

#include "kernels/program/assembler.h"
#include "mapper/nest/dealt_tasks.h"
#include "mapper/nest/plan_exchange.h"
#include "mapper/nest/slices.h"

namespace weft::mapper {

using program::Label;
using program::MicroOp;
using program::NestOp;
using program::Opcode;
using program::Share;

namespace {

constexpr uint8_t kTaskRegister = 4;
constexpr size_t kMostRunVariables = 8;
/// Groups of tasks that each core takes from a list, about.
constexpr int64_t kGroupsPerCore = 8;

class NestEmitter {
 public:
  explicit NestEmitter(NestKernel& nest) : nest_(nest) {}

  program::Program emit() {
    for (const NestGroup& group : nest_.groups) {
      if (&group != &nest_.groups.front()) barrier(program::kWholeMachine);
      emit_group(group);
    }
    code_.attribute(0);
    code_.emit({.op = Opcode::Halt});
    program_.threads = code_.finish();
    program_.sources = nest_.sources;
    program_.nest = std::move(nest_.nest);
    return std::move(program_);
  }

  std::vector<NestLaunch> launches() {
    std::vector<NestLaunch> made;
    for (size_t g = 0; g < nest_.groups.size(); ++g) {
      const NestGroup& group = nest_.groups[g];
      const NestStatementPlan& first = group.statements.front();
      if (!host_walks(group)) {
        made.push_back(launch(first, g, [&] {
          emit_loops(
              first, 0, first.shared, [&] { emit_members(group); }, &group);
        }));
        continue;
      }
      for (const NestStatementPlan& plan : group.statements) {
        made.push_back(launch(plan, g, [&] { emit_within(plan); }));
        for (size_t depth = 0; depth < plan.shared; ++depth)
          made.back().host_loops.push_back(plan.loops[depth].id);
      }
    }
    return made;
  }

 private:
  using Body = std::function<void()>;

  static MicroOp nest_op(NestOp op, int32_t index) {
    return {.op = Opcode::Nest, .a = static_cast<uint8_t>(op), .immediate = index};
  }
  void emit_op(NestOp op, int32_t index) { code_.emit(nest_op(op, index)); }
  void jump_op(NestOp op, int32_t index, Label label) { code_.jump(nest_op(op, index), label); }

  /// `scope`: as a Barrier's immediate.
  void barrier(int64_t scope) {
    code_.emit({.op = Opcode::Barrier, .slots = 2, .immediate = scope});
  }
  void barrier(Share sharers) { barrier(sharers == Share::Lanes ? program::kWarp : 0); }

  void emit_group(const NestGroup& group) {
    const NestStatementPlan& first = group.statements.front();
    std::string name = first.statement->name;
    for (size_t i = 1; i < group.statements.size(); ++i)
      name += " " + group.statements[i].statement->name;
    program_.phases.push_back(name);
    attribute(first);
    code_.emit(
        {.op = Opcode::PhaseBegin, .immediate = static_cast<int64_t>(program_.phases.size()) - 1});
    emit_loops(
        first, 0, first.shared, [&] { emit_members(group); }, &group);
  }

  NestLaunch launch(const NestStatementPlan& plan, size_t group, const Body& body) {
    NestLaunch made;
    made.name = plan.statement->name;
    made.group = group;
    made.source = nest_.nest.statements[static_cast<size_t>(plan.id)].source;
    code_ = program::Assembler();
    attribute(plan);
    body();
    code_.emit({.op = Opcode::Halt});
    made.code = code_.finish();
    for (const LoopPlan& loop : plan.loops) {
      const bool whole =
          loop.share == Share::Core || loop.share == Share::Machine || loop.share == Share::Warps;
      if (!whole) continue;
      made.by = loop.share;
      made.dealt.push_back(loop.id);
    }
    return made;
  }

  /// A statement while the host stands at an iteration of the loops around it.
  void emit_within(const NestStatementPlan& plan) {
    const Label end = code_.label();
    for (size_t depth = 0; depth < plan.shared; ++depth) emit_begin(plan, depth, nullptr, end);
    attribute(plan);
    emit_statement(plan);
    for (size_t depth = plan.shared; depth-- > 0;) emit_end(plan, depth, nullptr);
    code_.place(end);
  }

  /// Threads meet behind every statement, unless each has iterations of its own.
  void emit_members(const NestGroup& group) {
    const NestStatementPlan& first = group.statements.front();
    const Share workers = workers_within(first, first.shared);
    const bool joins = (group.statements.size() > 1 || group.repeats) && workers != Share::None;
    const auto around = std::span(first.loops).first(first.shared);
    const bool cores = std::ranges::count(around, Share::Core, &LoopPlan::share) > 0;
    const int64_t scope = workers == Share::Lanes ? program::kWarp
                          : cores                 ? 0
                                                  : program::kWholeMachine;
    for (const NestStatementPlan& plan : group.statements) {
      attribute(plan);
      if (plan.exchange >= 0) {
        emit_exchanged(plan, scope);
        continue;
      }
      emit_statement(plan);
      if (joins) barrier(scope);
    }
  }

  /// Threads meet where one waits for what others give.
  void emit_exchanged(const NestStatementPlan& plan, int64_t scope) {
    const uint16_t source = nest_.nest.exchanges[static_cast<size_t>(plan.exchange)].source;
    const Label alone = code_.label();
    code_.attribute(source);
    emit_op(NestOp::Take, plan.exchange);
    attribute(plan);
    emit_statement(plan);
    code_.attribute(source);
    jump_op(NestOp::Give, plan.exchange, alone);
    barrier(scope);
    code_.place(alone);
    attribute(plan);
  }

  /// A statement that deals out nothing is the work of one thread.
  void emit_statement(const NestStatementPlan& plan) {
    const auto deals_to = [&](Share share) {
      return std::ranges::count(plan.loops, share, &LoopPlan::share) > 0;
    };
    const bool cores = deals_to(Share::Core);
    const bool warps = deals_to(Share::Warps) || deals_to(Share::CoreWarps);
    const auto rest = [&] {
      with_accumulator(plan.root_accumulator, [&] {
        emit_loops(
            plan, plan.shared, plan.loops.size(), [&] { emit_point(plan); }, nullptr);
      });
    };
    const bool threads = warps ? deals_to(Share::Lanes) : deals_to(Share::CoreThreads);
    if (deals_to(Share::Machine) || ((warps || cores) && threads)) return rest();
    const Share alone = warps ? Share::Lanes : cores ? Share::CoreThreads : Share::Machine;
    const int32_t tasks = add_tasks({}, {}, alone);
    const Label skip = code_.label();
    jump_op(NestOp::TasksBegin, tasks, skip);
    rest();
    code_.place(skip);
  }

  int32_t add_tasks(std::vector<int32_t> loops, std::vector<int64_t> counts, Share share) {
    const bool apart = run_apart(nest_.nest, loops);
    nest_.nest.tasks.push_back({std::move(loops), std::move(counts), apart, share, 0});
    return static_cast<int32_t>(nest_.nest.tasks.size()) - 1;
  }

  /// `group`: the loops are shared by its statements, whose words for them all count.
  void emit_loops(const NestStatementPlan& plan, size_t depth, size_t end, const Body& body,
                  const NestGroup* group) {
    if (depth == end) return body();
    const LoopPlan& loop = plan.loops[depth];
    size_t last = depth;
    while (loop.share != Share::None && last + 1 < end && plan.loops[last + 1].share == loop.share)
      ++last;
    const bool dynamic = is_dynamic(plan, depth);
    nest_.nest.loops[static_cast<size_t>(loop.id)].share = loop.share;
    if (last == depth && !dynamic && ends_in_run(plan, depth)) return emit_run(plan, depth);
    const auto inner = [&](Label next) {
      for (size_t d = depth; d <= last; ++d) emit_begin(plan, d, group, next);
      emit_loops(plan, last + 1, end, body, group);
      for (size_t d = last + 1; d-- > depth;) emit_end(plan, d, group);
    };
    if (last == depth && !dynamic) return emit_loop(loop, inner);
    std::vector<int32_t> loops;
    std::vector<int64_t> counts;
    for (size_t d = depth; d <= last; ++d) {
      loops.push_back(plan.loops[d].id);
      counts.push_back(plan.loops[d].extent);
    }
    const int32_t tasks = add_tasks(loops, counts, loop.share);
    dynamic ? emit_taken(tasks, inner) : emit_dealt(tasks, inner);
  }

  template <class Inner>
  void emit_loop(const LoopPlan& loop, const Inner& inner) {
    const Label top = code_.label(), next = code_.label(), exit = code_.label();
    jump_op(NestOp::LoopBegin, loop.id, exit);
    code_.place(top);
    inner(next);
    code_.place(next);
    jump_op(NestOp::LoopNext, loop.id, top);
    code_.place(exit);
  }

  template <class Inner>
  void emit_dealt(int32_t tasks, const Inner& inner) {
    const Label top = code_.label(), next = code_.label(), exit = code_.label();
    jump_op(NestOp::TasksBegin, tasks, exit);
    code_.place(top);
    inner(next);
    code_.place(next);
    jump_op(NestOp::TasksNext, tasks, top);
    code_.place(exit);
  }

  /// Threads take tasks from their core's queue as they come free.
  template <class Inner>
  void emit_taken(int32_t tasks, const Inner& inner) {
    nest_.nest.tasks[static_cast<size_t>(tasks)].task_register = kTaskRegister;
    program::TaskList list;
    list.count = 1;
    for (const int64_t count : nest_.nest.tasks[static_cast<size_t>(tasks)].counts)
      list.count *= count;
    list.group = std::max<int64_t>(
        1, list.count / (nest_.target.cores * nest_.target.threads_per_core * kGroupsPerCore));
    list.counter_base = nest_.memory_top;
    nest_.memory_top += 64;
    program_.task_lists.push_back(list);
    const Label top = code_.label(), exit = code_.label();
    code_.place(top);
    code_.jump({.op = Opcode::TaskFlow,
                .a = kTaskRegister,
                .slots = nest_.target.slots.task,
                .immediate = static_cast<int64_t>(program_.task_lists.size()) - 1},
               exit);
    jump_op(NestOp::TaskTake, tasks, top);
    inner(top);
    code_.jump({.op = Opcode::Jump, .slots = nest_.target.slots.branch}, top);
    code_.place(exit);
  }

  /// Tasks are handed out on demand where the document says so and nothing repeats.
  bool is_dynamic(const NestStatementPlan& plan, size_t depth) const {
    const LoopPlan& loop = plan.loops[depth];
    const auto* kind = plan.schedule.balance.loops.find(loop.name);
    const auto& made = nest_.nest.loops[static_cast<size_t>(loop.id)];
    return kind != nullptr && kind->fixed() && kind->value() != ir::BalanceKind::Static &&
           loop.share == Share::Machine && made.meeting == program::Meeting::Range &&
           nest_.target.queue_engine && nest_.kernel->repeats.empty() && depth == 0;
  }

  bool ends_in_run(const NestStatementPlan& plan, size_t depth) const {
    const auto& made = nest_.nest.loops[static_cast<size_t>(plan.loops[depth].id)];
    return depth + 1 == plan.loops.size() && depth >= plan.shared && plan.holds[depth].empty() &&
           plan.accumulator_at[depth] < 0 &&
           1 + made.drivers.size() + plan.lookups[depth].size() <= kMostRunVariables;
  }

  void emit_run(const NestStatementPlan& plan, size_t depth) {
    attribute(plan);
    emit_op(NestOp::Run,
            program::add_run(nest_.nest, plan.loops[depth].id, plan.lookups[depth], plan.id));
  }

  void emit_point(const NestStatementPlan& plan) {
    attribute(plan);
    emit_op(NestOp::Run, program::add_run(nest_.nest, -1, {}, plan.id));
  }

  /// What an iteration begins with.
  void emit_begin(const NestStatementPlan& plan, size_t depth, const NestGroup* group, Label next) {
    std::vector<int32_t> holds = plan.holds[depth];
    for (const int32_t lookup : plan.lookups[depth]) jump_op(NestOp::Lookup, lookup, next);
    if (group != nullptr) {
      for (size_t i = 1; i < group->statements.size(); ++i) {
        const auto& other = group->statements[i];
        holds.insert(holds.end(), other.holds[depth].begin(), other.holds[depth].end());
        for (const int32_t lookup : other.lookups[depth]) jump_op(NestOp::Lookup, lookup, next);
      }
    }
    emit_holds(holds);
    if (plan.accumulator_at[depth] >= 0) begin_accumulator(plan.accumulator_at[depth]);
  }

  void emit_end(const NestStatementPlan& plan, size_t depth, const NestGroup* group) {
    if (plan.accumulator_at[depth] >= 0) end_accumulator(plan.accumulator_at[depth]);
    if (group == nullptr) return;
    for (const auto& [at, accumulator] : group->leaving) {
      if (at == depth) end_accumulator(accumulator);
    }
  }

  void emit_holds(const std::vector<int32_t>& holds) {
    Share sharers = Share::None;
    bool single = false;
    const uint16_t before = code_.source();
    for (const int32_t id : holds) {
      const program::NestHold& hold = nest_.nest.holds[static_cast<size_t>(id)];
      if (hold.sharers == Share::None) continue;
      if (sharers != Share::CoreThreads) sharers = hold.sharers;
      single = single || hold.buffers < 2 || !hold.by_dma;
    }
    if (single) barrier(sharers);
    for (const int32_t id : holds) {
      code_.attribute(nest_.nest.holds[static_cast<size_t>(id)].source);
      emit_op(NestOp::Fill, id);
    }
    code_.attribute(before);
    if (sharers == Share::None) return;
    barrier(sharers);
    for (const int32_t id : holds) {
      code_.attribute(nest_.nest.holds[static_cast<size_t>(id)].source);
      if (nest_.nest.holds[static_cast<size_t>(id)].sharers != Share::None)
        emit_op(NestOp::Prefetch, id);
    }
    code_.attribute(before);
  }

  void begin_accumulator(int32_t id) {
    const program::NestAccumulator& accumulator = nest_.nest.accumulators[static_cast<size_t>(id)];
    const uint16_t before = code_.source();
    code_.attribute(accumulator.source);
    if (accumulator.clears) emit_op(NestOp::Clear, id);
    if (accumulator.sharers != Share::None && accumulator.clears) barrier(accumulator.sharers);
    code_.attribute(before);
  }

  void end_accumulator(int32_t id) {
    const program::NestAccumulator& accumulator = nest_.nest.accumulators[static_cast<size_t>(id)];
    const uint16_t before = code_.source();
    code_.attribute(accumulator.source);
    if (accumulator.sharers != Share::None) barrier(accumulator.sharers);
    emit_join(id, accumulator);
    emit_op(NestOp::Flush, id);
    code_.attribute(before);
  }

  /// Threads meet behind every step that goes through the scratchpad.
  void emit_join(int32_t id, const program::NestAccumulator& accumulator) {
    const program::Joined joined = accumulator.joined;
    const bool lanes = accumulator.joiners == Share::Lanes;
    const int64_t threads = nest_.target.threads_per_core;
    const int64_t steps =
        program::join_steps(joined, lanes ? std::min(threads, program::kWarpLanes) : threads);
    for (int64_t step = 0; step < steps; ++step) {
      MicroOp op = nest_op(NestOp::Join, id);
      op.b = static_cast<uint8_t>(step);
      code_.emit(op);
      if (joined != program::Joined::Shuffle) barrier(accumulator.joiners);
    }
  }

  void with_accumulator(int32_t id, const Body& body) {
    if (id >= 0) begin_accumulator(id);
    body();
    if (id >= 0) end_accumulator(id);
  }

  void attribute(const NestStatementPlan& plan) {
    code_.attribute(nest_.nest.statements[static_cast<size_t>(plan.id)].source);
  }

  NestKernel& nest_;
  program::Assembler code_;
  program::Program program_;
};

}  // namespace

program::Program emit_nest(NestKernel& nest) {
  return NestEmitter(nest).emit();
}

std::vector<NestLaunch> emit_launches(NestKernel& nest) {
  return NestEmitter(nest).launches();
}

}  // namespace weft::mapper
