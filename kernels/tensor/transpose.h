// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/tensor/csr.h"

namespace weft::tensor {

/// The transpose by a stable counting sort in O(nnz + rows + columns). Its rows are sorted whether
/// or not the rows of `matrix` are; entries that share row and column keep their order.
CsrMatrix transpose(const CsrMatrix& matrix);

}  // namespace weft::tensor
