// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "kernels/native/cuda/device/host_support.cuh"

namespace weft_cuda {

/// The words NAME=VALUE of the program's arguments.
class Arguments {
 public:
  Arguments(int count, char** words);

  /// A word that must be there, or the default where there is one.
  std::string text(const std::string& name) const;
  int64_t integer(const std::string& name, int64_t fallback) const;
  int64_t integer(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
};

/// C[b,m,n] = sum of A[b,m,k] B[b,k,n] by cuBLAS, on three strided tensors: extents batch m n k,
/// steps a_batch a_m a_k b_batch b_n b_k c_batch c_m c_n, and dtype.
Measurement run_cublas_product(const Arguments& arguments);

/// By cuSPARSE on matrices a (and b): C = A B in fp64; Y = A X, y = A x, Z = S .* (A B^T) in fp32
/// with `width` columns of X or elements of a dot product.
Measurement run_cusparse_spgemm(const Arguments& arguments);
Measurement run_cusparse_spmm(const Arguments& arguments);
Measurement run_cusparse_spmv(const Arguments& arguments);
Measurement run_cusparse_sddmm(const Arguments& arguments);

}  // namespace weft_cuda
