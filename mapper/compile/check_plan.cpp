// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/check_plan.h"

#include <bit>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::mapper {

using program::AccumulatorKind;
using program::TableLayout;

namespace {

/// Collects refusals: a word, what is wrong with it here. A plan that no document stands behind has
/// no places.
class Refusals {
 public:
  void refuse_if(bool wrong, const base::Location& where, const std::string& message) {
    if (!wrong) return;
    messages_.push_back(where.line == 0 ? message
                                        : fmt::format("{}: error: {}", where.str(), message));
  }
  void throw_if_any() const {
    if (!messages_.empty()) throw base::UserError(messages_);
  }

 private:
  std::vector<std::string> messages_;
};

void check_accumulator(const SpgemmPlan& plan, Refusals& refusals) {
  const bool row_wise = plan.dataflow == Dataflow::RowWise;
  const bool hash = row_wise && plan.accumulator == AccumulatorKind::Hash;
  const bool dense = row_wise && plan.accumulator == AccumulatorKind::Dense;
  const bool merges =
      plan.dataflow == Dataflow::Outer || (row_wise && plan.accumulator == AccumulatorKind::Merge);
  refusals.refuse_if(hash && !plan.windows && !std::has_single_bit(plan.slots),
                     plan.lines.accumulate, "accum slots: expected a power of two");
  refusals.refuse_if(hash && !(plan.load_factor > 0 && plan.load_factor <= 1),
                     plan.lines.accumulate, "accum load: expected a share of the slots in (0, 1]");
  refusals.refuse_if(dense && plan.slots == 0, plan.lines.accumulate,
                     "accum width: expected at least one column");
  refusals.refuse_if(merges && plan.merge_ways < 2, plan.lines.accumulate,
                     "accum ways: expected at least two");
  refusals.refuse_if(row_wise && !hash && !dense && !merges, plan.lines.accumulate,
                     "accum kind: a row-wise product takes hash, dense or heap");
  refusals.refuse_if(!hash && !dense && plan.symbolic, plan.lines.accumulate,
                     "accum size: only hash and dense accumulators count before they compute; "
                     "expected upper_bound");
}

void check_windows(const SpgemmPlan& plan, Refusals& refusals) {
  refusals.refuse_if(plan.windows && (plan.dataflow != Dataflow::RowWise ||
                                      plan.accumulator != AccumulatorKind::Hash),
                     plan.lines.window, "windows: expected a row-wise product with hash tables");
  refusals.refuse_if(plan.windows && static_cast<double>(plan.slots) * plan.load_factor < 1,
                     plan.lines.accumulate,
                     "accum slots: the table of a window holds no entry at this load factor");
  refusals.refuse_if(plan.windows && plan.symbolic, plan.lines.accumulate,
                     "accum size: windows count their entries as they insert them");
  refusals.refuse_if(plan.windows && plan.sort, plan.lines.accumulate,
                     "accum sort: windows leave rows unsorted");
  refusals.refuse_if(!plan.windows && plan.layout == TableLayout::TagOffset, plan.lines.accumulate,
                     "accum layout: offsets belong to the shared table of a window");
  refusals.refuse_if(!plan.windows && plan.grain > 0, plan.lines.balance,
                     "balance grain: only threads that share a window's table share a row");
  refusals.refuse_if(!plan.windows && plan.tables > 1, plan.lines.accumulate,
                     "accum tables: several tables belong to windows");
  refusals.refuse_if(!plan.windows && plan.dma_writeback, plan.lines.accumulate,
                     "writeback: by DMA engine only from windows");
}

void check_staging(const SpgemmPlan& plan, Refusals& refusals) {
  const bool outer = plan.dataflow == Dataflow::Outer;
  const bool inner = plan.dataflow == Dataflow::Inner;
  const bool heap =
      plan.dataflow == Dataflow::RowWise && plan.accumulator == AccumulatorKind::Merge;
  const auto wrong = [](const Staging& staging) {
    return staging.buffers < 1 || staging.buffers > 2;
  };
  refusals.refuse_if(wrong(plan.a), plan.lines.hold_a, "hold buf: expected 1 or 2");
  refusals.refuse_if(wrong(plan.b), plan.lines.hold_b, "hold buf: expected 1 or 2");
  refusals.refuse_if(outer && plan.a.dma, plan.lines.hold_a,
                     "hold A: an outer product reads A by loads");
  refusals.refuse_if(outer && plan.b.buffers > 1, plan.lines.hold_b,
                     "hold B: an outer product holds one piece of B at a time; expected buf: 1");
  refusals.refuse_if(inner && plan.b.dma, plan.lines.hold_b,
                     "hold B: an inner product reads B by loads");
  refusals.refuse_if(inner && plan.a.buffers > 1, plan.lines.hold_a,
                     "hold A: an inner product holds one row of A at a time; expected buf: 1");
  refusals.refuse_if(inner && plan.sort, plan.lines.accumulate,
                     "accum sort: an inner product leaves rows unsorted");
  refusals.refuse_if(heap && plan.b.dma, plan.lines.hold_b, "hold B: a merge reads B by loads");
}

}  // namespace

void check_plan(const SpgemmPlan& plan) {
  Refusals refusals;
  check_accumulator(plan, refusals);
  check_windows(plan, refusals);
  check_staging(plan, refusals);
  refusals.throw_if_any();
}

}  // namespace weft::mapper
