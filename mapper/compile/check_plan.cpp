// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/check_plan.h"

#include <bit>

#include "base/error.h"

namespace weft::mapper {

using program::AccumulatorKind;
using program::TableLayout;

namespace {

/// Collects refusals: a word, what is wrong with it here.
class Refusals {
 public:
  void refuse_if(bool wrong, const char* message) {
    if (wrong) messages_.emplace_back(message);
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
                     "accum slots: expected a power of two");
  refusals.refuse_if(hash && !(plan.load_factor > 0 && plan.load_factor <= 1),
                     "accum load: expected a share of the slots in (0, 1]");
  refusals.refuse_if(dense && plan.slots == 0, "accum width: expected at least one column");
  refusals.refuse_if(merges && plan.merge_ways < 2, "accum ways: expected at least two");
  refusals.refuse_if(row_wise && !hash && !dense && !merges,
                     "accum kind: a row-wise product takes hash, dense or heap");
  refusals.refuse_if(!hash && !dense && plan.symbolic,
                     "accum size: only hash and dense accumulators count before they compute; "
                     "expected upper_bound");
}

void check_windows(const SpgemmPlan& plan, Refusals& refusals) {
  refusals.refuse_if(plan.windows && (plan.dataflow != Dataflow::RowWise ||
                                      plan.accumulator != AccumulatorKind::Hash),
                     "windows: expected a row-wise product with hash tables");
  refusals.refuse_if(plan.windows && plan.symbolic,
                     "accum size: windows count their entries as they insert them");
  refusals.refuse_if(plan.windows && plan.sort, "accum sort: windows leave rows unsorted");
  refusals.refuse_if(!plan.windows && plan.layout == TableLayout::TagOffset,
                     "accum layout: offsets belong to the shared table of a window");
  refusals.refuse_if(!plan.windows && plan.grain > 0,
                     "balance grain: only threads that share a window's table share a row");
  refusals.refuse_if(!plan.windows && plan.tables > 1,
                     "accum tables: several tables belong to windows");
  refusals.refuse_if(!plan.windows && plan.dma_writeback,
                     "writeback: by DMA engine only from windows");
}

void check_staging(const SpgemmPlan& plan, Refusals& refusals) {
  const bool outer = plan.dataflow == Dataflow::Outer;
  const bool inner = plan.dataflow == Dataflow::Inner;
  const bool heap =
      plan.dataflow == Dataflow::RowWise && plan.accumulator == AccumulatorKind::Merge;
  refusals.refuse_if(
      plan.a.buffers < 1 || plan.a.buffers > 2 || plan.b.buffers < 1 || plan.b.buffers > 2,
      "hold buf: expected 1 or 2");
  refusals.refuse_if(outer && plan.a.dma, "hold A: an outer product reads A by loads");
  refusals.refuse_if(outer && plan.b.buffers > 1,
                     "hold B: an outer product holds one piece of B at a time; expected buf: 1");
  refusals.refuse_if(inner && plan.b.dma, "hold B: an inner product reads B by loads");
  refusals.refuse_if(inner && plan.a.buffers > 1,
                     "hold A: an inner product holds one row of A at a time; expected buf: 1");
  refusals.refuse_if(inner && plan.sort, "accum sort: an inner product leaves rows unsorted");
  refusals.refuse_if(heap && plan.b.dma, "hold B: a merge reads B by loads");
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
