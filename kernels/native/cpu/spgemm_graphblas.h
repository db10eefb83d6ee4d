// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "kernels/native/cpu/cpu_product.h"
#include "kernels/tensor/csr.h"

namespace weft::native {

/// C = A * B by SuiteSparse:GraphBLAS, with operands imported once and the product computed as
/// often as asked. The library keeps its own state for the process and is used from one thread at a
/// time.
///
/// GrB_mxm computes at once, but in non-blocking mode it may leave the columns of a row in any
/// order ("jumbled") until somebody needs them sorted. That is the unsorted product; the sorted one
/// includes the GrB_wait that finishes it.
class GraphBlasSpgemm {
 public:
  /// Copies the operands into the library. Precondition: a.cols == b.rows, threads >= 1.
  GraphBlasSpgemm(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b, int threads);
  ~GraphBlasSpgemm();
  GraphBlasSpgemm(const GraphBlasSpgemm&) = delete;
  GraphBlasSpgemm& operator=(const GraphBlasSpgemm&) = delete;

  /// Computes the product and keeps it in the library's own form.
  void multiply(RowOrder order);

  /// Frees the product that multiply() left, if any.
  void discard();

  /// Takes the product out of the library. Its order says what the library really left.
  /// Precondition: multiply() ran since the last take() or discard().
  CpuProduct take();

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace weft::native
