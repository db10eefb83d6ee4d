// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "kernels/tensor/generate.h"

int main() {
  const weft::tensor::CsrMatrix matrix = weft::tensor::generate("poisson2d:n=5");
  std::printf("%lld rows, %lld entries\n", static_cast<long long>(matrix.rows),
              static_cast<long long>(matrix.nnz()));
}
