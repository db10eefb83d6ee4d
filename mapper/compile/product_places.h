// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/tensor/csr.h"
#include "mapper/compile/dealing.h"
#include "mapper/compile/spgemm_plan.h"

namespace weft::mapper {

/// Who owns the rows of C = A * B and of its operands, where `place` deals a tensor by its rows.
struct ProductPlaces {
  RowShares work;    // rows of C: their owner computes them
  RowShares a_rows;  // of A as it is stored, which an outer product does by columns
  RowShares b_rows;  // of B as it is stored
};

/// Reads the ranges off the plan: equal ones, or ranges of about equal work near which the rows of
/// B lie that they ask for. `row_flops`: products of each row of C.
ProductPlaces product_places(const SpgemmPlan& plan, unsigned cores, const tensor::CsrMatrix& a,
                             const tensor::CsrMatrix& b, const std::vector<int64_t>& row_flops);

/// How the arrays of an operand are dealt that has one element for each row, or for each entry
/// from starts[row] on.
Dealing dealing_of_rows(const TensorPlace& place, const RowShares& rows);
Dealing dealing_of_entries(const TensorPlace& place, const RowShares& rows,
                           const std::vector<int64_t>& starts);

}  // namespace weft::mapper
