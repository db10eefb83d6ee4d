// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "base/error.h"
#include "kernels/ir/kernel.h"
#include "mapper/gpu/rows/sddmm_rows.h"
#include "mapper/gpu/rows/spmm_rows.h"
#include "mapper/gpu/rows/spmv_rows.h"

namespace weft::mapper {

/// A sparse matrix met with dense operands on an SM array.
using DenseRowsPlan = std::variant<SpmmPlan, SpmvPlan, SddmmPlan>;

/// Which of the row kernels a document states, by its one statement.
enum class RowKernel : uint8_t { None, Spgemm, Spmm, Spmv, Sddmm };
RowKernel row_kernel_of(const ir::Kernel& kernel);

/// Whether a kernel is one of these with the tensors that row kernels read: sparse ones by rows,
/// dense ones of fp32 as they are.
bool is_row_kernel(const ir::Kernel& kernel);

/// Reads the schedule of a kernel that row_kernel_of() knows as Spmm, Spmv or Sddmm. Tiles that a
/// warp cannot take are reported with their line; the plan is then not to be used. A hole takes its
/// first choice.
DenseRowsPlan lower_dense_rows(const ir::Kernel& kernel, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
