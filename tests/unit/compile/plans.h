// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "mapper/compile/spgemm_plan.h"

namespace weft::tests {

/// The dataflows as their documents write them, with accumulators small enough that tiny matrices
/// reach every path: several passes over a row, spilled merges, pieces of a buffer.
inline std::map<std::string, mapper::SpgemmPlan> dataflow_plans() {
  using program::AccumulatorKind;
  mapper::SpgemmPlan hash;
  hash.slots = 16;
  hash.bits = program::HashBits::Mixed;
  hash.sort = true;
  hash.symbolic = true;
  hash.a = {true, 2};
  hash.b = {true, 2};
  mapper::SpgemmPlan dense = hash;
  dense.accumulator = AccumulatorKind::Dense;
  dense.slots = 10;
  mapper::SpgemmPlan heap;
  heap.accumulator = AccumulatorKind::Merge;
  heap.merge_ways = 3;
  heap.a = {true, 2};
  mapper::SpgemmPlan outer;
  outer.dataflow = mapper::Dataflow::Outer;
  outer.rows = program::Assignment::RoundRobin;
  outer.merge_ways = 4;
  outer.b = {true, 1};
  mapper::SpgemmPlan inner;
  inner.dataflow = mapper::Dataflow::Inner;
  inner.a = {true, 1};
  return {{"row_hash", hash},
          {"row_dense", dense},
          {"row_heap", heap},
          {"outer", outer},
          {"inner", inner}};
}

}  // namespace weft::tests
