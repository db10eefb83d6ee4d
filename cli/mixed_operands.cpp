// SPDX-License-Identifier: Apache-2.0
#include "cli/mixed_operands.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/random.h"
#include "cli/operands.h"
#include "mapper/gpu/rows/lower_dense.h"

namespace weft::cli {

namespace {

constexpr double kFloatBytes = 4;
constexpr double kIndexBytes = 4;

/// The one sparse operand of the user's list; its name is the kernel's.
tensor::NamedMatrix load_sparse(const std::string& name, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    const Assignment operand = parse_assignment(input, "--input");
    if (operand.name != name) {
      throw base::UserError(
          fmt::format("--input {}: expected the sparse tensor {} (dense operands are random), "
                      "found '{}'",
                      input, name, operand.name));
    }
    return tensor::load_source(operand.value);
  }
  throw base::UserError(fmt::format("--input: expected {}=SOURCE, found none", name));
}

std::vector<float> random_values(int64_t count, uint64_t seed) {
  base::Xoshiro256 random(seed);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(2 * random.uniform() - 1);
  return values;
}

}  // namespace

double MixedOperands::products() const {
  return static_cast<double>(sparse.matrix.nnz()) * static_cast<double>(width);
}

double MixedOperands::compulsory_bytes() const {
  const tensor::CsrMatrix& matrix = sparse.matrix;
  std::vector<bool> used(static_cast<size_t>(matrix.cols), false);
  for (const int32_t column : matrix.column) used[static_cast<size_t>(column)] = true;
  const auto columns = static_cast<double>(std::ranges::count(used, true));
  double rows = 0;
  for (int64_t row = 0; row < matrix.rows; ++row) rows += matrix.row_nnz(row) > 0 ? 1 : 0;
  const bool sampled = !right.empty();
  const double dense_rows = sampled ? rows + columns : columns;
  const double results =
      sampled ? static_cast<double>(matrix.nnz()) : rows * static_cast<double>(width);
  return static_cast<double>(matrix.nnz()) * (kIndexBytes + kFloatBytes) + rows * kIndexBytes +
         (dense_rows * static_cast<double>(width) + results) * kFloatBytes;
}

MixedOperands load_mixed_operands(ir::Kernel& kernel, const std::vector<std::string>& inputs,
                                  const std::vector<std::string>& params, bool draws,
                                  base::Diagnostics& diagnostics) {
  const mapper::RowKernel kind = mapper::row_kernel_of(kernel);
  const bool sampled = kind == mapper::RowKernel::Sddmm;
  MixedOperands o;
  o.sparse_name.assign(1, sampled ? 'S' : 'A');
  const std::vector<std::string> given = with_document_files(kernel, {o.sparse_name}, inputs);
  if (given.empty() && draws) {
    set_sizes(kernel, {}, params, diagnostics);
    diagnostics.throw_if_any();
    o.sparse = draw_matrix(kernel, o.sparse_name);
  } else {
    o.sparse = load_sparse(o.sparse_name, given);
  }
  const tensor::CsrMatrix& matrix = o.sparse.matrix;
  set_sizes(kernel, {{o.sparse_name, {matrix.rows, matrix.cols}}}, params, diagnostics);
  diagnostics.throw_if_any();
  if (kind != mapper::RowKernel::Spmv) o.width = kernel.extent(sampled ? "k" : "n").value_or(1);
  if (sampled) {
    o.left = random_values(matrix.rows * o.width, 1);
    o.right = random_values(matrix.cols * o.width, 2);
    o.result.resize(static_cast<size_t>(matrix.nnz()));
  } else {
    o.left = random_values(matrix.cols * o.width, 1);
    o.result.resize(static_cast<size_t>(matrix.rows * o.width));
  }
  return o;
}

}  // namespace weft::cli
