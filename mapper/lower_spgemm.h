// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "kernels/ir/kernel.h"
#include "mapper/compile/spgemm_plan.h"
#include "sim/machine/fabric_description.h"

namespace weft::mapper {

/// How the operands of the product are stored: what the document's formats ask for.
struct OperandFormats {
  bool a_by_columns = false;
  bool b_by_columns = false;
};

/// Whether a kernel is the product of two sparse matrices, alone or by way of its partial products,
/// which a compiler of its own lowers to accumulators, windows and merges.
bool is_sparse_product(const ir::Kernel& kernel);

/// Reads the schedule of Z[m,n] += A[m,k] * B[k,n] into a plan. The kernel has no holes. What the
/// fabric's compiler does not know (another sum, an order of loops that is none of the three
/// dataflows, a word without a meaning there, a unit that the machine lacks) is reported with its
/// line; the plan is then not to be used.
SpgemmPlan lower_spgemm(const ir::Kernel& kernel, const FabricTarget& target,
                        base::Diagnostics& diagnostics);

/// The formats of A and B in the document; anything but rows or columns of compressed entries is
/// reported.
OperandFormats operand_formats(const ir::Kernel& kernel, base::Diagnostics& diagnostics);

/// What the compiler needs to know of the machine; scratchpads are no larger than the limit.
FabricTarget fabric_target(const machine::FabricDescription& fabric, const ir::Limits& limits = {});

/// Fills the holes of a kernel without simulating: lists by their first entry, table sizes by the
/// largest that fits the scratchpad. Deterministic.
void fill_by_bounds(ir::Kernel& kernel, const FabricTarget& target, int64_t columns,
                    base::Diagnostics& diagnostics);

}  // namespace weft::mapper
