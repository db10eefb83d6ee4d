// SPDX-License-Identifier: Apache-2.0
#include <cblas.h>
#include <fmt/format.h>

#include "base/error.h"
#include "kernels/native/cpu/gemm_library.h"

namespace weft::native {

namespace {

blasint size(int64_t extent) {
  return static_cast<blasint>(extent);
}

/// An operand as CBLAS names it: an operand by columns is a transposed one by rows.
template <class T>
struct Operand {
  explicit Operand(const MatrixView<const T>& view)
      : transposed(view.by_rows() ? CblasNoTrans : CblasTrans),
        leading_step(size(view.by_rows() ? leading(view.row_step, view.cols)
                                         : leading(view.col_step, view.rows))) {}
  CBLAS_TRANSPOSE transposed;
  blasint leading_step;
};

template <class T, class Gemm>
void call(Gemm gemm, const MatrixView<const T>& a, const MatrixView<const T>& b,
          const MatrixView<T>& c) {
  WEFT_CHECK(accepts(GemmLibrary::OpenBlas, a) && accepts(GemmLibrary::OpenBlas, b) && c.by_rows(),
             "an operand that OpenBLAS cannot read as it lies");
  const Operand<T> left(a), right(b);
  gemm(CblasRowMajor, left.transposed, right.transposed, size(c.rows), size(c.cols), size(a.cols),
       T(1), a.data, left.leading_step, b.data, right.leading_step, T(0), c.data,
       size(leading(c.row_step, c.cols)));
}

}  // namespace

void openblas_multiply(const MatrixView<const float>& a, const MatrixView<const float>& b,
                       const MatrixView<float>& c) {
  call(cblas_sgemm, a, b, c);
}

void openblas_multiply(const MatrixView<const double>& a, const MatrixView<const double>& b,
                       const MatrixView<double>& c) {
  call(cblas_dgemm, a, b, c);
}

void blas_threads(int threads) {
  openblas_set_num_threads(threads);
}

std::string openblas_version() {
  const std::string build = openblas_get_config();  // "OpenBLAS 0.3.21 DYNAMIC_ARCH ..."
  return fmt::format("{}, {}", build.substr(0, build.find(' ', build.find(' ') + 1)),
                     openblas_get_corename());
}

}  // namespace weft::native
