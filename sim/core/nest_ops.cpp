// SPDX-License-Identifier: Apache-2.0
#include "sim/core/nest_ops.h"

#include "kernels/program/nest_op.h"
#include "sim/core/nest_touch.h"

namespace weft::sim {

Outcome nest_op(Stepper& step, const program::MicroOp& op) {
  NestTouch touch(step);
  return program::nest_op(touch, op);
}

}  // namespace weft::sim
