// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/native/cpu/matrix_view.h"

namespace weft::native {

/// A maintained library of dense products.
enum class GemmLibrary { OpenBlas, Xsmm };

/// "openblas", "libxsmm".
std::string name_of(GemmLibrary library);

/// A library with its version and the processor that it generates code for: "OpenBLAS 0.3.21,
/// SkylakeX".
std::string openblas_version();
std::string xsmm_version();
std::string version_of(GemmLibrary library);

/// Whether the library reads an operand as it lies. OpenBLAS takes rows or columns, the code that
/// LIBXSMM generates takes rows.
template <class T>
bool accepts(GemmLibrary library, const MatrixView<const T>& operand) {
  return operand.by_rows() || (library == GemmLibrary::OpenBlas && operand.by_columns());
}

/// C = A B on as many threads as blas_threads() last set (OpenBLAS) or on this one (LIBXSMM).
/// Precondition: the library accepts A and B; C lies by rows.
void openblas_multiply(const MatrixView<const float>& a, const MatrixView<const float>& b,
                       const MatrixView<float>& c);
void openblas_multiply(const MatrixView<const double>& a, const MatrixView<const double>& b,
                       const MatrixView<double>& c);
void xsmm_multiply(const MatrixView<const float>& a, const MatrixView<const float>& b,
                   const MatrixView<float>& c);
void xsmm_multiply(const MatrixView<const double>& a, const MatrixView<const double>& b,
                   const MatrixView<double>& c);

/// The same by the library that is named.
template <class T>
void multiply(GemmLibrary library, const MatrixView<const T>& a, const MatrixView<const T>& b,
              const MatrixView<T>& c) {
  library == GemmLibrary::OpenBlas ? openblas_multiply(a, b, c) : xsmm_multiply(a, b, c);
}

/// The number of threads that one product of OpenBLAS is spread over from now on; 1 where threads
/// of ours each compute their own products.
void blas_threads(int threads);

}  // namespace weft::native
