// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/core/merge_state.h"

namespace weft::sim {

/// Lists of products in memory: fibers of row m stand one after the other in its list, each behind
/// a header with its length. The simulated machine stores every product; the host remembers only
/// which fiber of B was scaled by what, and a merge computes the products anew.
template <class Step>
struct ListOps {
  using MicroOp = program::MicroOp;

  Step& step;
  const program::Accumulator& accumulator = step.accumulator();

  void record(const MicroOp& op) {
    auto& lists = step.core.run_->lists;
    if (lists.empty()) lists.resize(static_cast<size_t>(step.code.result_rows));
    lists[static_cast<size_t>(step.integer(op.a))].push_back(
        {step.integer(op.b), step.integer(op.c), step.real(op.d)});
    step.issue(op.slots);
    const auto at = step.integer(static_cast<uint8_t>(op.immediate));
    write(op, accumulator.stored_column, at);
  }

  void append(const MicroOp& op) {
    ++step.core.products_;
    const int64_t at = step.integer(op.d);
    step.issue(op.slots);
    write(op, accumulator.stored_column, at);
    step.issue(1);
    write(op, accumulator.stored_value, at);
  }

 private:
  void write(const MicroOp& op, int16_t array, int64_t at) {
    const auto& target = step.array(array);
    step.memory(AccessKind::Write, step.address_of(target, at), target.bytes, op.source);
  }
};

}  // namespace weft::sim
