// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/matrix.h"

#include <utility>

#include "base/error.h"

namespace weft::structure {

Factor matrix_factor(std::string name, const Matrix& matrix) {
  return {std::move(name),
          {matrix.rows(), matrix.cols()},
          std::vector<double>(matrix.data(), matrix.data() + matrix.size())};
}

Eigen::Map<const Matrix> as_matrix(const Factor& factor, int64_t rows) {
  const auto size = static_cast<int64_t>(factor.values.size());
  WEFT_CHECK(rows > 0 && size % rows == 0, "factor " + factor.name + " has another shape");
  return {factor.values.data(), rows, size / rows};
}

}  // namespace weft::structure
