// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/plan_shares.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "mapper/nest/check_nest.h"

namespace weft::mapper {

using program::Meeting;
using program::Share;

namespace {

class SharePlanner {
 public:
  SharePlanner(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics)
      : nest_(nest), plan_(plan), diagnostics_(diagnostics) {}

  void run() {
    mark_reductions();
    bool cores = false;
    bool threads = false;
    for (const LoopPlan& loop : plan_.loops) {
      cores = cores || unit_of(loop) == ir::Unit::Core;
      threads = threads || unit_of(loop) == ir::Unit::Thread;
    }
    if (!threads) threads = spread(cores);
    for (LoopPlan& loop : plan_.loops) {
      if (!loop.parallel) continue;
      const bool core = unit_of(loop) == ir::Unit::Core;
      loop.share = core ? (threads ? Share::Core : Share::Machine)
                        : (cores ? Share::CoreThreads : Share::Machine);
    }
    check_neighbours();
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) {
      const LoopPlan& loop = plan_.loops[depth];
      if (loop.parallel && !loop.repeats && !writes_apart(nest_, plan_, depth)) plan_.atomic = true;
    }
  }

 private:
  std::optional<ir::Unit> unit_of(const LoopPlan& loop) const {
    if (!loop.parallel) return std::nullopt;
    const auto* unit = plan_.schedule.par.find(loop.name);
    for (const auto& entry : plan_.schedule.par.entries) {
      // A loop that a format cut keeps its name before the slash.
      if (unit == nullptr && loop.name.starts_with(entry.key.text + "/")) unit = &entry.value;
    }
    const bool core = unit != nullptr && unit->fixed() && deals_to_cores(unit->value());
    return core ? ir::Unit::Core : ir::Unit::Thread;
  }

  static bool deals_to_cores(ir::Unit unit) {
    return unit == ir::Unit::Core || unit == ir::Unit::Cta || unit == ir::Unit::CtaX ||
           unit == ir::Unit::CtaY || unit == ir::Unit::CtaZ;
  }

  void mark_reductions() {
    for (LoopPlan& loop : plan_.loops) {
      const auto& levels = plan_.accesses[0].levels;
      const bool chooses = std::ranges::any_of(levels, [&](const AccessPlan::Level& level) {
        return nest_.nest.space.depends_on(level.coordinate, loop.variable);
      });
      loop.reduces = !chooses && !loop.repeats;
    }
  }

  /// Gives threads the outermost loop that nothing speaks against. Where threads are many and
  /// those side by side should touch elements side by side, also the loops that follow it.
  bool spread(bool cores) {
    size_t begin = plan_.shared;
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) {
      if (cores && unit_of(plan_.loops[depth]) == ir::Unit::Core)
        begin = std::max(begin, depth + 1);
      if (!cores && plan_.loops[depth].parallel) return true;
    }
    if (!reads_apart(nest_, plan_)) return false;
    for (size_t depth = begin; depth < plan_.loops.size(); ++depth) {
      LoopPlan& loop = plan_.loops[depth];
      if (!can_spread(depth)) continue;
      loop.parallel = true;
      if (nest_.target.launches) spread_on(depth);
      return true;
    }
    return false;
  }

  void spread_on(size_t depth) {
    while (depth + 1 < plan_.loops.size() && range(depth) && plan_.lookups[depth].empty() &&
           depth + 1 != plan_.shared && range(depth + 1) && can_spread(depth + 1))
      plan_.loops[++depth].parallel = true;
  }

  bool can_spread(size_t depth) const {
    const LoopPlan& loop = plan_.loops[depth];
    const program::NestLoop& made = nest_.nest.loops[static_cast<size_t>(loop.id)];
    const bool divides = made.meeting != Meeting::Merge && loop.extent > 1;
    return divides && !loop.repeats && !loop.chunk && !loop.reduces && !repeats_rows(made) &&
           writes_apart(nest_, plan_, depth);
  }

  /// A fiber that names a coordinate several times would hand one row to several threads.
  bool repeats_rows(const program::NestLoop& loop) const {
    return std::ranges::any_of(loop.drivers, [&](const program::NestDriver& driver) {
      const program::NestAccess& access = nest_.nest.accesses[static_cast<size_t>(driver.access)];
      const std::string& name = nest_.nest.tensors[static_cast<size_t>(access.tensor)].name;
      return !nest_.stored->at(name).levels[static_cast<size_t>(driver.level)].unique;
    });
  }

  /// One kind of worker divides one loop, or neighbouring ones as one list.
  void check_neighbours() {
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) {
      const LoopPlan& loop = plan_.loops[depth];
      if (!loop.parallel) continue;
      const program::NestLoop& made = nest_.nest.loops[static_cast<size_t>(loop.id)];
      if (made.meeting == Meeting::Merge) {
        ir::report(
            diagnostics_, loop.where,
            fmt::format("par of {} deals out '{}', but several sparse operands are walked in "
                        "step there; say coiter: {{{}: {{mode: follow, lead: TENSOR}}}}",
                        plan_.statement->name, loop.name, loop.index));
      }
      for (size_t inner = depth + 1; inner < plan_.loops.size(); ++inner) {
        const LoopPlan& other = plan_.loops[inner];
        if (other.share != loop.share || !other.parallel) continue;
        const bool follows = inner == depth + 1 && made.meeting == Meeting::Range &&
                             plan_.lookups[depth].empty() && inner != plan_.shared && range(inner);
        if (!follows) {
          ir::report(diagnostics_, other.where,
                     fmt::format("par of {} deals out '{}' and '{}' to the same workers: they must "
                                 "follow each other and run over whole ranges",
                                 plan_.statement->name, loop.name, other.name));
        }
        break;
      }
    }
  }

  bool range(size_t depth) const {
    const auto id = static_cast<size_t>(plan_.loops[depth].id);
    return nest_.nest.loops[id].meeting == Meeting::Range;
  }

  NestKernel& nest_;
  NestStatementPlan& plan_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

bool host_walks(const NestGroup& group) {
  const NestStatementPlan& first = group.statements.front();
  return first.shared > 0 &&
         std::none_of(first.loops.begin(),
                      first.loops.begin() + static_cast<std::ptrdiff_t>(first.shared),
                      [](const LoopPlan& loop) { return loop.share != Share::None; });
}

void plan_shares(NestKernel& nest, NestGroup& group, base::Diagnostics& diagnostics) {
  for (NestStatementPlan& plan : group.statements) SharePlanner(nest, plan, diagnostics).run();
  const size_t shared = group.statements.front().shared;
  for (size_t depth = 0; depth < shared; ++depth) {
    const bool cores = std::ranges::any_of(group.statements, [&](const NestStatementPlan& plan) {
      return plan.loops[depth].share == Share::Core;
    });
    for (NestStatementPlan& plan : group.statements) {
      if (cores) plan.loops[depth].share = Share::Core;
    }
  }
}

}  // namespace weft::mapper
