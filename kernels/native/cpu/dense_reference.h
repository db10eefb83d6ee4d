// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernels/dense/dense_tensor.h"
#include "kernels/ir/kernel.h"
#include "kernels/native/native_run.h"

namespace weft::native {

/// The CPU reference for a kernel of dense and 2:4 products.
struct DenseReference {
  std::vector<NativeRun> runs;
  size_t fastest = 0;    ///< among those that verified
  std::string measured;  ///< the type that was computed in: "f32" or "f64"
  std::string against;   ///< what results were verified with
};

/// Runs the statements of a kernel with OpenBLAS and LIBXSMM, one by one and, where tokens can go
/// through the whole chain, a few at a time; 2:4 operands as dense matrices with their zeros and in
/// their 2:4 form by Weft's kernel. f64 is computed in f64, everything else in f32, which holds
/// the values of all narrower types. UserError where a statement is no batch of matrix products.
/// Precondition: threads are at least 1; `operands` has all operands.
DenseReference run_cpu_dense(const ir::Kernel& kernel, const dense::TensorValues& operands,
                             int threads, const Repetitions& repetitions);

}  // namespace weft::native
