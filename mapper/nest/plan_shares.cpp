// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/plan_shares.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "mapper/nest/check_nest.h"

namespace weft::mapper {

using ir::Unit;
using program::Meeting;
using program::Share;

namespace {

class SharePlanner {
 public:
  SharePlanner(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics)
      : nest_(nest), plan_(plan), diagnostics_(diagnostics) {}

  void run() {
    mark_reductions();
    read_units();
    if (deals_to(Unit::Warp) && !deals_to(Unit::Lane) && !spread(Unit::Warp, Unit::Lane))
      rename(Unit::Warp, Unit::Thread);
    if (!deals_to(Unit::Thread) && !deals_to(Unit::Warp)) spread(Unit::Core, Unit::Thread);
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) {
      if (plan_.loops[depth].parallel) plan_.loops[depth].share = share_of(*units_[depth]);
    }
    check_neighbours();
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) {
      const LoopPlan& loop = plan_.loops[depth];
      if (loop.parallel && !loop.repeats && !writes_apart(nest_, plan_, depth)) plan_.atomic = true;
    }
  }

 private:
  /// What each loop is dealt to, one of Core, Thread, Warp and Lane. A thread beside lanes is a
  /// warp, one beside warps a lane; and where nothing is dealt to warps, lanes are threads, as they
  /// are on a machine without warps.
  void read_units() {
    for (const LoopPlan& loop : plan_.loops) units_.push_back(unit_of(loop));
    if (!nest_.target.launches) rename(Unit::Warp, Unit::Thread);
    if (nest_.target.launches && deals_to(Unit::Thread)) {
      if (deals_to(Unit::Lane)) {
        rename(Unit::Thread, Unit::Warp);
      } else if (deals_to(Unit::Warp)) {
        rename(Unit::Thread, Unit::Lane);
      }
    }
    if (!deals_to(Unit::Warp)) rename(Unit::Lane, Unit::Thread);
  }

  std::optional<Unit> unit_of(const LoopPlan& loop) const {
    if (!loop.parallel) return std::nullopt;
    const auto* unit = plan_.schedule.par.find(loop.name);
    for (const auto& entry : plan_.schedule.par.entries) {
      // A loop that a format cut keeps its name before the slash.
      if (unit == nullptr && loop.name.starts_with(entry.key.text + "/")) unit = &entry.value;
    }
    if (unit == nullptr || !unit->fixed()) return Unit::Thread;
    return deals_to_cores(unit->value()) ? Unit::Core : unit->value();
  }

  bool deals_to(Unit unit) const { return std::ranges::count(units_, std::optional(unit)) > 0; }

  void rename(Unit from, Unit to) {
    std::ranges::replace(units_, std::optional(from), std::optional(to));
  }

  Share share_of(Unit unit) const {
    const bool cores = deals_to(Unit::Core);
    switch (unit) {
      case Unit::Core:
        return deals_to(Unit::Thread) || deals_to(Unit::Warp) ? Share::Core : Share::Machine;
      case Unit::Warp:
        return cores ? Share::CoreWarps : Share::Warps;
      case Unit::Lane:
        return Share::Lanes;
      default:
        return cores ? Share::CoreThreads : Share::Machine;
    }
  }

  static bool deals_to_cores(Unit unit) {
    return unit == Unit::Core || unit == Unit::Cta || unit == Unit::CtaX || unit == Unit::CtaY ||
           unit == Unit::CtaZ;
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

  /// Gives `to` the outermost loop within those of `around` that nothing speaks against. Where
  /// threads are more than its iterations, or those side by side should touch elements side by
  /// side, also the loops that follow it. False where there is none.
  bool spread(Unit around, Unit to) {
    size_t begin = plan_.shared;
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) {
      if (units_[depth] == around) begin = std::max(begin, depth + 1);
    }
    if (!reads_apart(nest_, plan_)) return false;
    for (size_t depth = begin; depth < plan_.loops.size(); ++depth) {
      if (!can_spread(depth)) continue;
      give(depth, to);
      spread_on(depth, to, deals_to(Unit::Core));
      return true;
    }
    return false;
  }

  /// A fabric's threads have enough with as many iterations as there are threads.
  void spread_on(size_t depth, Unit to, bool within_cores) {
    int64_t tasks = plan_.loops[depth].extent;
    const int64_t enough = nest_.target.threads_per_core * (within_cores ? 1 : nest_.target.cores);
    while (!keeps(depth) && (nest_.target.launches || tasks < enough) &&
           depth + 1 < plan_.loops.size() && range(depth) && plan_.lookups[depth].empty() &&
           depth + 1 != plan_.shared && range(depth + 1) && can_spread(depth + 1))
      tasks *= give(++depth, to);
  }

  /// Whether something is kept for an iteration of a loop, which so stays with one worker.
  bool keeps(size_t depth) const {
    const auto stands = [&](const auto& entry) {
      const ir::Choice<ir::LoopName>& at = entry.value.at;
      return at.fixed() && at.value().text == plan_.loops[depth].name;
    };
    return std::ranges::any_of(plan_.schedule.hold.entries, stands) ||
           std::ranges::any_of(plan_.schedule.accum.entries, stands);
  }

  /// Iterations of the loop.
  int64_t give(size_t depth, Unit to) {
    plan_.loops[depth].parallel = true;
    units_[depth] = to;
    return plan_.loops[depth].extent;
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
  std::vector<std::optional<Unit>> units_;  // [depth]
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
    for (const Share share : {Share::Core, Share::Warps, Share::CoreWarps}) {
      const bool any = std::ranges::any_of(group.statements, [&](const NestStatementPlan& plan) {
        return plan.loops[depth].share == share;
      });
      if (!any) continue;
      for (NestStatementPlan& plan : group.statements) plan.loops[depth].share = share;
      break;
    }
  }
}

}  // namespace weft::mapper
