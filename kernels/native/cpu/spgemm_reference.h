// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/native/cpu/cpu_product.h"
#include "kernels/native/native_run.h"
#include "kernels/tensor/csr.h"

namespace weft::native {

/// Runs of one implementation of C = A * B on this host.
struct CpuRun : NativeRun {
  RowOrder asked = RowOrder::Unsorted;
  bool sorted = false;  ///< whether the result's rows were in fact left in order
  int threads = 0;
  int64_t nnz_out = 0;
};

/// The CPU reference for one product: every implementation, with rows unsorted and sorted.
struct CpuReference {
  std::vector<CpuRun> runs;
  size_t fastest = 0;  ///< index of the run with the least best_s among those that verified
};

/// Runs C = A * B once to warm up and then `repetitions` times in each implementation and row
/// order, and verifies the last product of each. A time covers the multiplication from operands in
/// memory to the finished product in the implementation's own form; conversion, freeing and
/// verification are outside. Throws base::UserError where threads or repetitions are not positive
/// or the inner sizes differ.
CpuReference run_cpu_spgemm(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b, int threads,
                            const Repetitions& repetitions);

}  // namespace weft::native
