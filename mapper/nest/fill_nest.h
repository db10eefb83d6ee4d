// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "mapper/nest/nest_plan.h"
#include "mapper/nest/nest_tensors.h"

namespace weft::mapper {

/// An order of a statement's loops that meets the levels of its sparse tensors outermost first;
/// then the other loops of the target, then those that sum.
std::vector<std::string> default_order(const ir::Kernel& kernel, const ir::Statement& statement,
                                       const ir::StatementSchedule& schedule);

/// Cycles that a plan takes at least, by its own estimate: the instructions of a core on its
/// pipelines, the latencies of one thread, the bytes at the memory's bandwidth.
double estimate_cycles(const NestKernel& plan);

/// Fills the holes of a kernel for the fabric without simulating, deterministically: orders by
/// default_order, lists by trying their choices one hole after the other against estimate_cycles.
void fill_nest_holes(ir::Kernel& kernel, const NestTarget& target, NestTensors& tensors,
                     base::Diagnostics& diagnostics);

}  // namespace weft::mapper
