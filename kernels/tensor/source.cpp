// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/source.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/tensor/generate.h"
#include "kernels/tensor/matrix_market.h"
#include "kernels/tensor/transpose.h"

namespace weft::tensor {

namespace {

std::string stem(const std::string& path) {
  std::filesystem::path name = std::filesystem::path(path).filename();
  if (name.extension() == ".gz") name = name.stem();
  if (name.extension() == ".mtx") name = name.stem();
  return name.string();
}

}  // namespace

bool is_generator_spec(std::string_view source) {
  const std::string_view name = source.substr(0, source.find(':'));
  const auto is_name_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (!std::ranges::all_of(name, is_name_character)) return false;
  const bool known = std::ranges::find(generators(), name, &Generator::name) != generators().end();
  std::error_code ignored;
  return (known || name.size() < source.size()) && !std::filesystem::exists(source, ignored);
}

NamedMatrix load_source(const std::string& source) {
  if (is_generator_spec(source)) return {source, source, generate(source)};
  return {stem(source), source, read_matrix_market(source)};
}

ProductOperands load_product_operands(const std::string& a_source, const std::string& b_source,
                                      const MatrixLoader& load) {
  const auto load_shared = [&](const std::string& source) {
    return std::make_shared<const NamedMatrix>(load(source));
  };
  const std::shared_ptr<const NamedMatrix> a = load_shared(a_source);
  const CsrMatrix& matrix = a->matrix;
  const bool square = matrix.rows == matrix.cols;
  if (b_source == "A^T" || (b_source.empty() && !square)) {
    return {a, std::make_shared<const NamedMatrix>(NamedMatrix{"A^T", "A^T", transpose(matrix)})};
  }
  const std::shared_ptr<const NamedMatrix> b =
      b_source.empty() || b_source == "A" || b_source == a_source ? a : load_shared(b_source);
  if (matrix.cols == b->matrix.rows) return {a, b};
  throw base::UserError(fmt::format("B: expected {} rows (A is {} x {}), found {} x {} in '{}'{}",
                                    matrix.cols, matrix.rows, matrix.cols, b->matrix.rows,
                                    b->matrix.cols, b->source,
                                    b->matrix.cols == matrix.cols ? "; did you mean 'A^T'?" : ""));
}

}  // namespace weft::tensor
