// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/program/program.h"
#include "sim/core/outcome.h"

namespace weft::sim {

/// Advances two sorted fibers to their next common coordinate. Each advance compares, moves one
/// cursor and loads the coordinate there; the coordinates at the first cursors have been loaded.
template <class Step>
Outcome intersect(Step& step, const program::MicroOp& op) {
  constexpr int kTogether = 8;
  int64_t& left = step.integer(op.a);
  int64_t& right = step.integer(op.c);
  const int64_t left_end = step.integer(op.b);
  const int64_t right_end = step.integer(op.d);
  const auto* left_column = static_cast<const int32_t*>(step.data(op.array));
  const auto* right_column = static_cast<const int32_t*>(step.data(op.array2));
  const auto advance = [&](int64_t& cursor, int64_t end, int16_t array, uint8_t to) {
    step.owe(step.slots().intersect_step);
    if (++cursor < end) step.timed_read(step.array(array), cursor, op.source, to);
  };
  if (!step.thread.intersecting) {
    step.owe(op.slots);
    if (op.immediate == 1) {
      advance(left, left_end, op.array, op.a);
      advance(right, right_end, op.array2, op.c);
    }
  }
  step.thread.intersecting = false;
  for (int steps = 0; steps < kTogether; ++steps) {
    if (left >= left_end || right >= right_end) return Outcome::Jump;
    if (left_column[left] == right_column[right]) {
      ++step.core.products_;
      return Outcome::Next;
    }
    if (left_column[left] < right_column[right]) {
      advance(left, left_end, op.array, op.a);
    } else {
      advance(right, right_end, op.array2, op.c);
    }
  }
  step.thread.intersecting = true;
  return Outcome::Again;
}

}  // namespace weft::sim
