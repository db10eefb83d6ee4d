// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "kernels/program/row_program.h"
#include "mapper/gpu/rows/spgemm_state.h"

namespace weft::mapper {

/// What launches of a sparse product stand for, as indices into RowProgram::sources.
inline constexpr uint16_t kRowSource = 0;
inline constexpr uint16_t kBinSource = 1;
inline constexpr uint16_t kSumSource = 2;

/// Adds up the lengths of the rows of B that each row of A selects: a warp's lanes take entries of
/// A in order, so that only the row pointers of B are gathered.
program::RowLaunch count_products_launch(SpgemmState& state);

/// Deals the rows into bins by a count that each has; and the prefix sum over such a count. Both
/// read and write a word or two per row.
program::RowLaunch bin_rows_launch(const SpgemmState& state);
program::RowLaunch scan_rows_launch(const SpgemmState& state);

}  // namespace weft::mapper
