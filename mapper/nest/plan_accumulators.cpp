// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "mapper/nest/check_nest.h"
#include "mapper/nest/join.h"
#include "mapper/nest/plan_exchange.h"
#include "mapper/nest/plan_storage.h"
#include "mapper/nest/slices.h"

namespace weft::mapper {

using program::Joined;
using program::NestAccumulator;
using program::Residence;
using program::Share;

namespace {

class AccumulatorPlanner {
 public:
  AccumulatorPlanner(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics)
      : nest_(nest), plan_(plan), diagnostics_(diagnostics) {}

  void run() {
    plan_.accumulator_at.assign(plan_.loops.size(), -1);
    if (is_exchanged(nest_, *plan_.statement)) {
      // A thread sums in its registers, into elements that hold nothing yet.
      nest_.nest.statements[static_cast<size_t>(plan_.id)].first_write = true;
      return;
    }
    join_ = find_join(nest_, plan_, diagnostics_);
    if (!diagnostics_.empty()) return;
    const ir::Accum* written = plan_.schedule.accum.find(plan_.statement->target.name);
    if (written != nullptr) check_kind(*written);
    const int depth = written != nullptr ? written_depth(*written) : usual_depth();
    program::NestStatement& body = nest_.nest.statements[static_cast<size_t>(plan_.id)];
    body.atomic = plan_.atomic;
    body.first_write = plan_.first_write && !sums_outside(static_cast<int>(plan_.loops.size()) - 2);
    if (depth == kNone || !diagnostics_.empty()) return;
    NestAccumulator accumulator;
    accumulator.slice = slice_at(nest_, plan_, plan_.accesses[0], depth);
    accumulator.statement = plan_.id;
    if (!join_) accumulator.sharers = sharers_below(plan_, depth);
    accumulator.atomic = join_ ? join_->atomic : plan_.atomic;
    if (join_) accumulator.joined = join_->kind;
    if (join_ && join_->share == Share::Lanes) accumulator.joiners = Share::Lanes;
    accumulator.adds = !plan_.first_write || sums_outside(depth);
    if (!choose_residence(written, accumulator)) return;
    if (written != nullptr && written->writeback.fixed())
      accumulator.by_dma = written->writeback.value() != ir::Writeback::Threads;
    accumulator.source =
        source_index(nest_,
                     written != nullptr
                         ? plan_.schedule.accum.find_entry(plan_.statement->target.name)->key.where
                         : plan_.statement->where,
                     plan_.statement->name, plan_.statement->target.name, "accum");
    body.first_write = false;
    const bool own = accumulator.sharers == Share::None;
    body.atomic = !own && plan_.atomic;
    program::NestAccess& target = nest_.nest.accesses[static_cast<size_t>(plan_.accesses[0].id)];
    target.place = accumulator.place;
    target.own_slice = own;
    const auto id = static_cast<int32_t>(nest_.nest.accumulators.size());
    const bool around = depth < static_cast<int>(plan_.shared);
    (around ? plan_.root_accumulator : plan_.accumulator_at[static_cast<size_t>(depth)]) = id;
    nest_.nest.accumulators.push_back(std::move(accumulator));
  }

 private:
  static constexpr int kNone = -2;

  void check_kind(const ir::Accum& accum) {
    const bool known =
        accum.kind.value() == ir::AccumKind::Dense || accum.kind.value() == ir::AccumKind::Scalar;
    if (known) return;
    ir::report(
        diagnostics_, accum.kind.where,
        fmt::format("accum of {}: loop nests sum in dense and scalar accumulators; {} is for "
                    "products of two sparse matrices, Z[m,n] += A[m,k] * B[k,n]",
                    plan_.statement->target.name, ir::text_of(accum.kind.value())));
  }

  bool assembles() const {
    const AccessPlan& target = plan_.accesses[0];
    return !einsum::is_full(*target.tensor) && !target.tensor->pattern;
  }

  /// A loop at or outside `depth` sums: memory then holds parts of the result.
  bool sums_outside(int depth) const {
    for (int d = 0; d <= depth && d < static_cast<int>(plan_.loops.size()); ++d) {
      const LoopPlan& loop = plan_.loops[static_cast<size_t>(d)];
      if (loop.reduces && loop.extent > 1) return true;
    }
    return false;
  }

  /// The innermost loop that has to be outside of an accumulator: those dealt out to cores or to
  /// all threads, those that sum in parallel, shared ones, and what finds the row of a result that
  /// grows.
  int outermost_depth() const {
    int depth = static_cast<int>(plan_.shared) - 1;
    for (size_t d = 0; d < plan_.loops.size(); ++d) {
      const LoopPlan& loop = plan_.loops[d];
      if (join_ && loop.share == join_->share) continue;  // each worker has its own
      const bool apart = loop.share != Share::None && loop.share != Share::CoreThreads &&
                         loop.share != Share::Lanes;
      if (apart || (loop.share != Share::None && loop.reduces) || loop.chunk || loop.repeats)
        depth = std::max(depth, static_cast<int>(d));
    }
    for (const AccessPlan::Level& level : plan_.accesses[0].levels) {
      if (assembles() && level.result < 0) depth = std::max(depth, level.depth);
    }
    return depth;
  }

  int usual_depth() const {
    const int last = static_cast<int>(plan_.loops.size()) - 1;
    int first_sum = last + 1;
    for (int d = last; d >= 0; --d) {
      const LoopPlan& loop = plan_.loops[static_cast<size_t>(d)];
      if (loop.reduces && loop.extent > 1) first_sum = d;
    }
    if (assembles()) return outermost_depth();
    if (join_) return std::max(first_sum - 1, outermost_depth());
    if (first_sum >= last && !plan_.atomic) return kNone;  // a run sums in a register
    if (first_sum > last) return kNone;
    return std::max(first_sum - 1, outermost_depth());
  }

  int written_depth(const ir::Accum& accum) {
    const size_t depth = depth_of(plan_, accum.at.value().text);
    if (join_ && depth >= join_->depth) {
      ir::report(diagnostics_, accum.at.where,
                 fmt::format("accum of {} stands at loop '{}', but the workers of '{}' add up what "
                             "they have when it ends; name a loop around it",
                             plan_.statement->target.name, accum.at.value().text,
                             plan_.loops[join_->depth].name));
      return kNone;
    }
    const int outermost = outermost_depth();
    if (static_cast<int>(depth) >= outermost || depth >= static_cast<size_t>(plan_.loops.size()))
      return static_cast<int>(depth);
    ir::report(
        diagnostics_, accum.at.where,
        fmt::format("accum of {} stands at loop '{}', but loop '{}' inside of it is dealt to "
                    "cores that share no scratchpad; say at: {}",
                    plan_.statement->target.name, accum.at.value().text,
                    plan_.loops[static_cast<size_t>(outermost)].name,
                    plan_.loops[static_cast<size_t>(outermost)].name));
    return kNone;
  }

  /// In registers or in the scratchpad; false where neither has room and the document does not ask.
  bool choose_residence(const ir::Accum* written, NestAccumulator& accumulator) {
    const int64_t elements = accumulator.slice.most_elements;
    const bool own = accumulator.sharers == Share::None;
    // The place of a single element is known once the levels of the result are.
    const bool known = !assembles() || accumulator.slice.level ==
                                           static_cast<int32_t>(plan_.accesses[0].levels.size());
    const bool few = elements <= kRegisterElements && own && known;
    const bool reg = written != nullptr && written->in.where.line != 0 && written->in.fixed() &&
                     written->in.value() == ir::Memory::Reg;
    if (reg && !few) {
      ir::report(diagnostics_, written->in.where,
                 fmt::format("accum of {} has {} elements{}; registers keep no more than {} of a "
                             "thread's own, at places known beforehand; say in: spad",
                             plan_.statement->target.name, elements,
                             !own     ? " that threads share"
                             : !known ? " at most, whose places come from the operands"
                                      : "",
                             kRegisterElements));
      return false;
    }
    const bool open = written == nullptr || written->in.where.line == 0;
    if (few && (reg || open)) {
      accumulator.place = Residence::Register;
      if (accumulator.joined == Joined::Serial || accumulator.joined == Joined::Tree)
        take_join_room(elements);
      return true;
    }
    const uint64_t each = (static_cast<uint64_t>(elements) * 8 + 63) / 64 * 64;
    const uint64_t bytes = each * copies_per_core(nest_.target, accumulator.sharers);
    const uint64_t room = nest_.target.scratchpad_bytes / 2;
    if (written == nullptr && !assembles() && nest_.scratchpad_bytes + bytes > room) return false;
    accumulator.place = Residence::Scratchpad;
    take_scratchpad(
        nest_,
        fmt::format("accum of {} in {}", plan_.statement->target.name, plan_.statement->name),
        bytes);
    return true;
  }

  /// Where threads leave what they have for others.
  void take_join_room(int64_t elements) {
    take_scratchpad(nest_, fmt::format("partial results of {}", plan_.statement->name),
                    static_cast<uint64_t>(elements * nest_.target.threads_per_core) * 8);
  }

  NestKernel& nest_;
  NestStatementPlan& plan_;
  base::Diagnostics& diagnostics_;
  std::optional<JoinPlan> join_;
};

}  // namespace

void plan_accumulators(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics) {
  AccumulatorPlanner(nest, plan, diagnostics).run();
}

}  // namespace weft::mapper
