// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/join.h"

#include <fmt/format.h>

#include "kernels/einsum/operand.h"
#include "mapper/nest/check_nest.h"

namespace weft::mapper {

using program::Joined;
using program::Share;

namespace {

class JoinFinder {
 public:
  JoinFinder(const NestKernel& nest, const NestStatementPlan& plan, base::Diagnostics& diagnostics)
      : nest_(nest), plan_(plan), diagnostics_(diagnostics) {}

  std::optional<JoinPlan> find() {
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) {
      const LoopPlan& loop = plan_.loops[depth];
      if (loop.share == Share::None || !loop.reduces || joined_by(loop) == Joined::No) continue;
      JoinPlan join{joined_by(loop), loop.share, depth, false};
      const std::string why = objection(join);
      if (why.empty()) {
        join.atomic = adds_beside_others(join);
        return join;
      }
      ir::report(diagnostics_, word_of(loop)->key.where,
                 fmt::format("reduce of {} in {}: {}", loop.index, plan_.statement->name, why));
      return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  using Word = ir::Table<ir::IndexName, ir::Choice<ir::Reduction>>::Entry;

  const Word* word_of(const LoopPlan& loop) const {
    for (const Word& entry : plan_.schedule.reduce.entries) {
      if (entry.key.text == loop.index || entry.key.text == loop.name) return &entry;
    }
    return nullptr;
  }

  Joined joined_by(const LoopPlan& loop) const {
    const Word* word = word_of(loop);
    if (word == nullptr || !word->value.fixed()) return Joined::No;
    switch (word->value.value().kind) {
      case ir::ReduceKind::Serial:
        return Joined::Serial;
      case ir::ReduceKind::Tree:
        return Joined::Tree;
      case ir::ReduceKind::Shuffle:
        return Joined::Shuffle;
      default:
        return Joined::No;
    }
  }

  std::string objection(const JoinPlan& join) const {
    const LoopPlan& first = plan_.loops[join.depth];
    if (first.share == Share::Core || first.share == Share::Warps)
      return fmt::format("'{}' is dealt to {}, which share no scratchpad; say atomic", first.name,
                         first.share == Share::Core ? "cores" : "the warps of all CTAs");
    if (first.share == Share::CoreWarps)
      return fmt::format("'{}' is dealt to warps, whose lanes have parts of it too; say atomic",
                         first.name);
    if (join.kind == Joined::Shuffle && !nest_.target.launches)
      return "the machine has no lanes that shuffle; say tree";
    if (!einsum::is_full(*plan_.accesses[0].tensor) && !plan_.accesses[0].tensor->pattern)
      return "the result grows while it is summed; say atomic";
    for (const LoopPlan& loop : plan_.loops) {
      if (loop.chunk) return "stretches of stored positions end within rows; say atomic";
      if (loop.share != join.share) continue;
      if (!loop.reduces)
        return fmt::format(
            "'{}' is dealt to the same threads, which so have parts of different "
            "elements; say atomic, or deal '{}' to cores",
            loop.name, loop.name);
      if (joined_by(loop) != join.kind)
        return fmt::format("'{}' is dealt to the same threads and comes together otherwise",
                           loop.name);
    }
    return {};
  }

  /// Other cores, or other warps of this one, have parts of the same elements.
  bool adds_beside_others(const JoinPlan& join) const {
    if (join.share == Share::Machine && nest_.target.cores > 1) return true;
    const bool warps =
        join.share != Share::Lanes && nest_.target.threads_per_core > program::kWarpLanes;
    if (join.kind == Joined::Shuffle && warps) return true;
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) {
      const LoopPlan& loop = plan_.loops[depth];
      const bool other = loop.share != Share::None && loop.share != join.share;
      if (other && !loop.repeats && !writes_apart(nest_, plan_, depth)) return true;
    }
    return false;
  }

  const NestKernel& nest_;
  const NestStatementPlan& plan_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

std::optional<JoinPlan> find_join(const NestKernel& nest, const NestStatementPlan& plan,
                                  base::Diagnostics& diagnostics) {
  return JoinFinder(nest, plan, diagnostics).find();
}

}  // namespace weft::mapper
