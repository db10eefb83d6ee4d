// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/structure/matrix.h"

namespace weft::structure {

/// A = u diag(s) vt with min(rows, cols) singular values, falling.
struct Svd {
  Matrix u;   // rows x values
  Vector s;   // values
  Matrix vt;  // values x cols
};

/// The thin singular value decomposition by LAPACK's divide and conquer (gesdd).
Svd thin_svd(Matrix a);

/// The product of two thin matrices.
struct ThinProduct {
  Matrix left;   // rows x rank
  Matrix right;  // rank x cols
};

/// The nearest matrix of `rank` in the Frobenius norm (Eckart, Young and Mirsky): the root of each
/// singular value goes to either side. A rank above min(rows, cols) is filled up with zeros.
ThinProduct nearest_of_rank(Matrix a, int64_t rank);

/// While one lives, OpenBLAS uses one thread: for many small problems at a time.
class SerialBlas {
 public:
  SerialBlas();
  ~SerialBlas();
  SerialBlas(const SerialBlas&) = delete;
  SerialBlas& operator=(const SerialBlas&) = delete;

 private:
  int threads_;
};

}  // namespace weft::structure
