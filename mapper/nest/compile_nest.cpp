// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/compile_nest.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/einsum/evaluate.h"
#include "kernels/ir/loops.h"
#include "mapper/nest/align.h"
#include "mapper/nest/check_nest.h"
#include "mapper/nest/emit_nest.h"
#include "mapper/nest/plan_accesses.h"
#include "mapper/nest/plan_loops.h"
#include "mapper/nest/plan_shares.h"
#include "mapper/nest/plan_storage.h"
#include "mapper/nest/slices.h"

namespace weft::mapper {

namespace {

constexpr uint64_t kFirstAddress = 4096;

}  // namespace

CompiledNest::CompiledNest(const ir::Kernel& kernel, const NestTarget& target, NestTensors& tensors,
                           base::Diagnostics& diagnostics, bool emits) {
  write_out_words(kernel, tensors, diagnostics);
  if (!diagnostics.empty()) return;
  plan_.target = target;
  plan_.stored = &tensors.stored();
  plan_.nest.slots = target.slots;
  // The first source is that of threads without work.
  source_index(plan_, kernel.statements.front().where, kernel.statements.front().name, "", "idle");
  plan_.memory_top = tensors.place(plan_.nest, plan_.tensor_ids, kFirstAddress);
  check_nest_words(kernel, diagnostics);
  if (!diagnostics.empty()) return;
  make_groups();
  for (NestGroup& group : plan_.groups) {
    plan_group(group, diagnostics);
    if (!diagnostics.empty()) return;
  }
  check_scratchpad(plan_, diagnostics);
  if (!diagnostics.empty()) return;
  attribute();
  if (!emits) return;
  program_ = emit_nest(plan_);
  program_.scratchpad_bytes = plan_.scratchpad_bytes;
  program_.memory_bytes = align_up(plan_.memory_top, program::kRangeAlignment);
}

void CompiledNest::write_out_words(const ir::Kernel& kernel, NestTensors& tensors,
                                   base::Diagnostics& diagnostics) {
  plan_.kernel = &kernel;
  auto expansion = write_out(kernel, diagnostics);
  if (!expansion || !diagnostics.empty()) return;
  tensors.add_intermediates(*expansion);
  plan_.expanded = std::make_shared<const Expansion>(std::move(*expansion));
  plan_.kernel = &plan_.expanded->kernel;
}

/// Statements of a repeat go together, and those that keep an intermediate within a loop.
void CompiledNest::make_groups() {
  std::vector<std::string> written;
  for (const ir::Statement& statement : plan_.kernel->statements) {
    NestStatementPlan plan;
    plan.statement = &statement;
    plan.schedule = ir::effective_schedule(*plan_.kernel, statement);
    plan.first_write = std::ranges::count(written, statement.target.name) == 0 &&
                       std::ranges::count(einsum::initial_tensors(*plan_.kernel),
                                          plan_.kernel->find_tensor(statement.target.name)) == 0;
    written.push_back(statement.target.name);
    if (!joins_last(plan)) plan_.groups.emplace_back();
    plan_.groups.back().repeats = plan_.kernel->repeat_of(statement.name) != nullptr;
    plan_.groups.back().statements.push_back(std::move(plan));
  }
  for (NestGroup& group : plan_.groups) {
    const size_t shared = shared_loops(group);
    for (NestStatementPlan& plan : group.statements) plan.shared = shared;
  }
}

bool CompiledNest::joins_last(const NestStatementPlan& plan) const {
  if (plan_.groups.empty()) return false;
  const NestGroup& last = plan_.groups.back();
  const ir::Repeat* repeat = plan_.kernel->repeat_of(plan.statement->name);
  if (repeat != nullptr || last.repeats)
    return repeat == plan_.kernel->repeat_of(last.statements.front().statement->name);
  return shared_loops(plan, last.statements.back()) > 0;
}

/// The loops around the statements of a group: down to the repeated one, or to that over passes
/// where registers keep elements for the steps of one; else as many as every statement shares with
/// the one before it.
size_t CompiledNest::shared_loops(const NestGroup& group) const {
  const NestStatementPlan& first = group.statements.front();
  size_t shared = group.repeats || group.statements.size() == 1 ? 0 : SIZE_MAX;
  for (size_t i = 1; i < group.statements.size() && !group.repeats; ++i)
    shared = std::min(shared, shared_loops(group.statements[i], group.statements[i - 1]));
  if (!group.repeats) return shared;
  const std::string& index = plan_.kernel->repeat_of(first.statement->name)->index.text;
  const std::vector<ir::Loop> loops = ir::loops_of(*plan_.kernel, *first.statement, first.schedule);
  const auto& order = first.schedule.order.value();
  const RegisterGroup* registers = register_group(plan_, *first.statement);
  for (size_t i = 0; i < order.size(); ++i) {
    if (registers != nullptr && order[i].text == registers->pass) return i + 1;
    if (ir::find_loop(loops, order[i].text)->parent == index) shared = i + 1;
  }
  return shared;
}

/// How many loops a statement shares with the one before, because a tensor between them lives
/// within the innermost of these.
size_t CompiledNest::shared_loops(const NestStatementPlan& plan,
                                  const NestStatementPlan& before) const {
  const ir::FuseAt* fuse = plan_.kernel->schedule.fuse_at.find(before.statement->target.name);
  const std::vector<std::string> inputs = plan_.kernel->inputs_of(*plan.statement);
  if (fuse == nullptr || std::ranges::count(inputs, before.statement->target.name) == 0) return 0;
  if (fuse->in.fixed() && fuse->in.value() == ir::Memory::Dram) return 0;
  const auto position = [&](const NestStatementPlan& of) {
    const auto& order = of.schedule.order.value();
    const auto at = std::ranges::find(order, fuse->loop.value().text, &ir::LoopName::text);
    return at == order.end() ? size_t{0} : static_cast<size_t>(at - order.begin()) + 1;
  };
  return std::max(position(before), position(plan));
}

void check_nest_words(const ir::Kernel& kernel, base::Diagnostics& diagnostics) {
  for (const ir::Statement& statement : kernel.statements) {
    const ir::StatementSchedule schedule = ir::effective_schedule(kernel, statement);
    const auto refuse = [&](const char* word, const base::Location& where) {
      ir::report(diagnostics, where,
                 fmt::format("{} of {} is for products of two sparse matrices on a fabric, Z[m,n] "
                             "+= A[m,k] * B[k,n]; here {} runs as a loop nest",
                             word, statement.name, statement.text()));
    };
    for (const auto& entry : schedule.append.entries) refuse("append", entry.key.where);
    for (const auto& entry : schedule.window.entries) refuse("window", entry.key.where);
  }
}

void CompiledNest::plan_group(NestGroup& group, base::Diagnostics& diagnostics) {
  for (size_t i = 0; i < group.statements.size(); ++i) {
    NestStatementPlan& plan = group.statements[i];
    einsum::Names names;
    plan_loops(plan_, plan, i == 0 ? nullptr : &group.statements.front(), names, diagnostics);
    if (!diagnostics.empty()) return;
    plan_accesses(plan_, plan, names, diagnostics);
    if (!diagnostics.empty()) return;
    plan_meetings(plan_, plan, diagnostics);
    if (!diagnostics.empty()) return;
  }
  plan_shares(plan_, group, diagnostics);
  for (const NestStatementPlan& plan : group.statements) check_races(plan_, plan, diagnostics);
  check_group(plan_, group, diagnostics);
  if (!diagnostics.empty()) return;
  for (NestStatementPlan& plan : group.statements) plan_accumulators(plan_, plan, diagnostics);
  if (diagnostics.empty()) plan_holds(plan_, group, diagnostics);
}

/// Cycles and bytes go to the lines of the document that ask for them.
void CompiledNest::attribute() {
  std::vector<std::string> cached;
  for (const ir::TensorName& name : plan_.kernel->bind.cache) cached.push_back(name.text);
  for (NestGroup& group : plan_.groups) {
    for (NestStatementPlan& plan : group.statements) {
      const ir::Statement& statement = *plan.statement;
      program::NestStatement& body = plan_.nest.statements[static_cast<size_t>(plan.id)];
      body.source = source_index(plan_, statement.where, statement.name, "", "compute");
      for (const AccessPlan& access : plan.accesses) {
        program::NestAccess& made = plan_.nest.accesses[static_cast<size_t>(access.id)];
        made.source = source_index(plan_, statement.where, statement.name, access.tensor->name,
                                   access.target ? "result" : "operand");
        const bool through = made.place == program::Residence::Memory && !access.target &&
                             std::ranges::count(cached, access.tensor->name) > 0;
        if (through) made.place = program::Residence::Cached;
      }
      for (const LoopPlan& loop : plan.loops)
        plan_.nest.loops[static_cast<size_t>(loop.id)].source = body.source;
    }
  }
}

}  // namespace weft::mapper
