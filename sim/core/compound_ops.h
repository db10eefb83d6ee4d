// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "sim/core/intersect_ops.h"
#include "sim/core/list_ops.h"
#include "sim/core/merge_ops.h"
#include "sim/core/nest_ops.h"
#include "sim/core/outcome.h"
#include "sim/core/private_ops.h"
#include "sim/core/task_flow.h"

namespace weft::sim {

/// The micro-operations that have a file of their own: private accumulators, merges, lists,
/// intersections and flowing tasks.
template <class Step>
Outcome run_compound(Step& step, const program::MicroOp& op) {
  using program::Opcode;
  switch (op.op) {
    case Opcode::TaskFlow:
      return task_flow(step, op);
    case Opcode::RowBegin:
      PrivateOps<Step>{step}.begin(op);
      return Outcome::Next;
    case Opcode::RowFilter:
      return PrivateOps<Step>{step}.filter(op);
    case Opcode::RowInsert:
      PrivateOps<Step>{step}.insert(op);
      return Outcome::Next;
    case Opcode::RowDrain:
      return PrivateOps<Step>{step}.drain(op);
    case Opcode::RowNext:
      return PrivateOps<Step>{step}.next(op);
    case Opcode::MergeOpen:
      MergeOps<Step>{step}.open(op);
      return Outcome::Next;
    case Opcode::ListOpen:
      MergeOps<Step>{step}.open_listed(op);
      return Outcome::Next;
    case Opcode::MergeNext:
      return MergeOps<Step>{step}.next(op);
    case Opcode::RunAppend:
      MergeOps<Step>{step}.append_run(op);
      return Outcome::Next;
    case Opcode::RunClose:
      MergeOps<Step>{step}.close_run(op);
      return Outcome::Next;
    case Opcode::RunsOpen:
      return MergeOps<Step>{step}.open_runs(op);
    case Opcode::FiberRecord:
      ListOps<Step>{step}.record(op);
      return Outcome::Next;
    case Opcode::AppendProduct:
      ListOps<Step>{step}.append(op);
      return Outcome::Next;
    case Opcode::Intersect:
      return intersect(step, op);
    case Opcode::Nest:
      return nest_op(step, op);
    default:
      base::internal_failure(__FILE__, __LINE__, "a micro-operation without an implementation");
  }
}

}  // namespace weft::sim
