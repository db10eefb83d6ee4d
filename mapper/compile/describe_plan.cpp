// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/describe_plan.h"

#include <fmt/format.h>

namespace weft::mapper {

using program::AccumulatorKind;

namespace {

std::string walk_text(const SpgemmPlan& plan) {
  if (plan.dataflow == Dataflow::Outer)
    return "outer products: for k, column k of A times row k of B";
  if (plan.dataflow == Dataflow::Inner)
    return "inner products: for m, for n, row m of A with column n";
  return "row by row: for m, for k in row m of A, row k of B";
}

std::string rows_text(const SpgemmPlan& plan) {
  std::string text = plan.windows ? "windows of rows to cores, " : "groups of rows to cores, ";
  if (!plan.windows && plan.rows_per_group > 0)
    text = fmt::format("groups of {} rows to cores, ", plan.rows_per_group);
  text += plan.rows == program::Assignment::RoundRobin ? "rows to threads in turn"
                                                       : "rows to threads as these come free";
  if (plan.grain > 0) text += fmt::format(", in tokens of {} products at most", plan.grain);
  return text;
}

std::string table_text(const SpgemmPlan& plan) {
  constexpr const char* kBits[] = {"high bits", "low bits", "a multiplicative hash"};
  const bool offsets = plan.layout == program::TableLayout::TagOffset;
  return fmt::format(
      "{} of {} slots, {} of the column, {}, full at {:.0f} %",
      plan.windows ? (plan.tables > 1 ? "two tables of a core in turn" : "a table of a core")
                   : "a table of each thread",
      plan.slots, kBits[static_cast<size_t>(plan.bits)],
      offsets ? "offsets of values in DRAM" : "values beside tags", 100 * plan.load_factor);
}

std::string sums_text(const SpgemmPlan& plan) {
  if (plan.dataflow == Dataflow::Outer) return fmt::format("merge of {} lists", plan.merge_ways);
  switch (plan.accumulator) {
    case AccumulatorKind::Hash:
      return table_text(plan);
    case AccumulatorKind::Dense:
      return fmt::format("an array of {} columns of each thread", plan.slots);
    case AccumulatorKind::Merge:
      return fmt::format("merge of {} rows of B", plan.merge_ways);
    default:
      return "a register";
  }
}

std::string operand_text(const Staging& staging, bool cached) {
  if (!staging.dma) return cached ? "loads through the cache" : "loads past the cache";
  return fmt::format("DMA engine into {} buffer{} of a thread", staging.buffers,
                     staging.buffers == 1 ? "" : "s");
}

std::string result_text(const SpgemmPlan& plan) {
  return fmt::format("{}, {}, {}",
                     plan.dma_writeback ? "written by the DMA engine" : "written by the threads",
                     plan.sort ? "rows sorted" : "rows in the order of the accumulator",
                     plan.symbolic ? "entries counted by a pass before" : "room by an upper bound");
}

}  // namespace

std::string describe_plan(const SpgemmPlan& plan) {
  return fmt::format("walk  {}\nrows  {}\nsums  {}\nA     {}\nB     {}\nC     {}\n",
                     walk_text(plan), rows_text(plan), sums_text(plan),
                     operand_text(plan.a, plan.cache_a), operand_text(plan.b, plan.cache_b),
                     result_text(plan));
}

}  // namespace weft::mapper
