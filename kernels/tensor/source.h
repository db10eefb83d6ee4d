// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "kernels/tensor/csr.h"

namespace weft::tensor {

/// A matrix and where it came from.
struct NamedMatrix {
  std::string
      name;  ///< the file's name without ".mtx" or ".mtx.gz"; the spec of a generator; "A^T"
  std::string source;  ///< as it was given
  CsrMatrix matrix;
};

/// True where `source` calls a generator ("rmat:scale=14,...") and does not name a file.
bool is_generator_spec(std::string_view source);

/// The matrix of a Matrix Market file or of a generator. Throws base::UserError.
NamedMatrix load_source(const std::string& source);

/// The operands of C = A * B. Both point to one matrix where B is A.
struct ProductOperands {
  std::shared_ptr<const NamedMatrix> a;
  std::shared_ptr<const NamedMatrix> b;
};

/// How a source becomes a matrix.
using MatrixLoader = std::function<NamedMatrix(const std::string&)>;

/// Loads the operands. `b_source` may be any source, "A", "A^T", or empty: then B is A where A is
/// square and A^T where it is not. Throws base::UserError where the sizes do not fit.
ProductOperands load_product_operands(const std::string& a_source, const std::string& b_source = "",
                                      const MatrixLoader& load = load_source);

}  // namespace weft::tensor
