// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/svd.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <cblas.h>
#include <fmt/format.h>

#include "base/error.h"

// OpenBLAS carries LAPACK, but Debian's headers of it declare only the BLAS.
// NOLINTNEXTLINE(readability-identifier-naming): its own name
extern "C" void dgesdd_(const char* job, const int* rows, const int* cols, double* a,
                        const int* stride, double* s, double* u, const int* u_stride, double* vt,
                        const int* vt_stride, double* work, const int* work_size, int* integer_work,
                        int* info);

namespace weft::structure {

Svd thin_svd(Matrix a) {
  // Row-major A is column-major A^T = (vt^T) s (u^T): what LAPACK calls u is our vt, and the other
  // way round, each again read in the other order.
  const int rows = static_cast<int>(a.cols());
  const int cols = static_cast<int>(a.rows());
  const int values = std::min(rows, cols);
  Svd svd{Matrix(cols, values), Vector(values), Matrix(values, rows)};
  std::vector<int> integer_work(8 * static_cast<size_t>(values));
  double best_size = 0;
  int work_size = -1;  // asks for the best size
  int info = 0;
  const auto call = [&](double* work) {
    dgesdd_("S", &rows, &cols, a.data(), &rows, svd.s.data(), svd.vt.data(), &rows, svd.u.data(),
            &values, work, &work_size, integer_work.data(), &info);
  };
  call(&best_size);
  work_size = static_cast<int>(best_size);
  std::vector<double> work(static_cast<size_t>(work_size));
  call(work.data());
  WEFT_CHECK(info == 0, fmt::format("the SVD of {} x {} did not converge ({})", cols, rows, info));
  return svd;
}

ThinProduct nearest_of_rank(Matrix a, int64_t rank) {
  const Svd svd = thin_svd(std::move(a));
  const int64_t kept = std::min<int64_t>(rank, svd.s.size());
  const Vector root = svd.s.head(kept).cwiseSqrt();
  ThinProduct product{Matrix::Zero(svd.u.rows(), rank), Matrix::Zero(rank, svd.vt.cols())};
  product.left.leftCols(kept) = svd.u.leftCols(kept) * root.asDiagonal();
  product.right.topRows(kept) = root.asDiagonal() * svd.vt.topRows(kept);
  return product;
}

SerialBlas::SerialBlas() : threads_(openblas_get_num_threads()) {
  openblas_set_num_threads(1);
}

SerialBlas::~SerialBlas() {
  openblas_set_num_threads(threads_);
}

}  // namespace weft::structure
