// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/program.h"
#include "sim/core/outcome.h"

namespace weft::sim {

struct Stepper;

/// One micro-operation of a loop nest: what it computes on the host's copies, and what it takes.
Outcome nest_op(Stepper& step, const program::MicroOp& op);

}  // namespace weft::sim
