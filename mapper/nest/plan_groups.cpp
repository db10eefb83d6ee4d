// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "mapper/nest/plan_exchange.h"
#include "mapper/nest/plan_storage.h"
#include "mapper/nest/slices.h"

namespace weft::mapper {

using program::Residence;

namespace {

/// Brings the elements of a group into registers before the steps of a pass, and writes them after
/// the last one.
class GroupPlanner {
 public:
  GroupPlanner(NestKernel& nest, NestStatementPlan& plan, const RegisterGroup& group)
      : nest_(nest), plan_(plan), group_(group) {}

  bool fits(base::Diagnostics& diagnostics) const {
    if (elements() <= kRegisterElements) return true;
    ir::report(diagnostics, group_.where,
               fmt::format("radix in {}: {} steps join {} elements of {}; registers keep no more "
                           "than {}; do fewer steps at once",
                           plan_.statement->name, group_.steps, elements(), group_.tensor,
                           kRegisterElements));
    return false;
  }

  void run() {
    const size_t depth = depth_of(plan_, group_.step) - 1;
    program::NestHold first;
    first.slice = slice_at_step(depth, 0);
    first.by_dma = false;
    first.to = Residence::Register;
    first.source = source();
    for (AccessPlan& access : plan_.accesses) {
      if (access.tensor->name != group_.tensor) continue;
      nest_.nest.accesses[static_cast<size_t>(access.id)].place = Residence::Register;
      first.accesses.push_back(access.id);
    }
    program::NestAccumulator last;
    last.slice = slice_at_step(depth, group_.steps);
    last.statement = plan_.id;
    last.place = Residence::Register;
    last.clears = false;
    last.source = source();
    plan_.holds[depth].push_back(static_cast<int32_t>(nest_.nest.holds.size()));
    nest_.nest.holds.push_back(std::move(first));
    plan_.accumulator_at[depth] = static_cast<int32_t>(nest_.nest.accumulators.size());
    nest_.nest.accumulators.push_back(std::move(last));
  }

 private:
  int64_t elements() const {
    int64_t elements = 1;
    for (int64_t step = 0; step < group_.steps && elements <= kRegisterElements; ++step)
      elements *= group_.base;
    return elements;
  }

  uint16_t source() {
    return source_index(nest_, group_.where, plan_.statement->name, group_.tensor, "radix");
  }

  /// The group as it is after `done` steps of the pass.
  program::NestSlice slice_at_step(size_t depth, int64_t done) {
    const AccessPlan& target = plan_.accesses[0];
    program::NestSlice slice = slice_at(nest_, plan_, target, static_cast<int>(depth));
    const LoopPlan& pass = plan_.loops[depth_of(plan_, group_.pass)];
    const program::Form first =
        program::scaled(program::variable_form(pass.variable), group_.steps);
    // The step is the first subscript of the tensor and so the first that the slice spans.
    slice.spans[0].coordinate = first + program::constant_form(done);
    program::NestSlice::Span& span = slice.spans[group_.dim];
    span.count = elements();
    span.stride = nest_.nest.space.power(program::constant_form(group_.base), first);
    slice.most_elements = elements();
    return slice;
  }

  NestKernel& nest_;
  NestStatementPlan& plan_;
  const RegisterGroup& group_;
};

}  // namespace

const RegisterGroup* register_group(const NestKernel& nest, const ir::Statement& statement) {
  if (nest.expanded == nullptr) return nullptr;
  const auto found = nest.expanded->groups.find(statement.name);
  return found == nest.expanded->groups.end() ? nullptr : &found->second;
}

void plan_register_group(NestKernel& nest, NestStatementPlan& plan,
                         base::Diagnostics& diagnostics) {
  const RegisterGroup* group = register_group(nest, *plan.statement);
  if (group == nullptr) return;
  GroupPlanner planner(nest, plan, *group);
  // An exchange brings a group and takes it away itself.
  if (planner.fits(diagnostics) && !is_exchanged(nest, *plan.statement)) planner.run();
}

}  // namespace weft::mapper
