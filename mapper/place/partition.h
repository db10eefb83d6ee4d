// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/tensor/csr.h"
#include "mapper/place/row_shares.h"

namespace weft::mapper {

/// Which core computes a row of C = A * B, and at whose memory a row of B lies.
struct ProductShares {
  RowShares work;  // rows of A and C
  RowShares b;
};

/// Divides rows of A, by their products, and rows of B among the cores so that few bytes of B
/// leave their core: a partition of the traffic between ranges of both. `row_flops`: products of
/// each row.
ProductShares shares_by_traffic(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b,
                                const std::vector<int64_t>& row_flops, unsigned cores);

/// Puts ranges of rows of B with the cores that ask for them most, the work being given. No memory
/// is asked for much more than the others.
RowShares shares_near_work(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b,
                           const RowShares& work, unsigned cores);

/// Divides rows among the cores in order, so that each has about as many products.
RowShares shares_by_work(const std::vector<int64_t>& row_flops, unsigned cores);

}  // namespace weft::mapper
