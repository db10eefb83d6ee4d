// SPDX-License-Identifier: Apache-2.0
#include "cli/mixed_operands.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "cli/dense_operands.h"
#include "cli/operands.h"
#include "cli/sources.h"
#include "kernels/dense/operands.h"
#include "mapper/gpu/rows/lower_dense.h"

namespace weft::cli {

namespace {

constexpr double kFloatBytes = 4;
constexpr double kIndexBytes = 4;

std::vector<float> random_values(int64_t count, uint64_t seed) {
  base::Xoshiro256 random(seed);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(2 * random.uniform() - 1);
  return values;
}

/// The dense tensors that a row kernel reads, as the launches take them: left, then right.
std::vector<const ir::Tensor*> dense_tensors_of(const ir::Kernel& kernel,
                                                const std::string& sparse_name) {
  std::vector<const ir::Tensor*> tensors;
  for (const char* name : {"X", "x", "A", "B"}) {
    const ir::Tensor* tensor = kernel.find_tensor(name);
    if (tensor != nullptr && name != sparse_name) tensors.push_back(tensor);
  }
  return tensors;
}

/// A dense operand as launches take it: values given, or random ones.
std::vector<float> dense_elements(const ir::Kernel& kernel, const ir::Tensor& tensor, int64_t count,
                                  GivenOperands& given, uint64_t seed,
                                  base::Diagnostics& diagnostics) {
  const auto found = given.find(tensor.name);
  if (found == given.end()) return random_values(count, seed);
  const dense::DenseTensor values = dense::given_operand(
      kernel, tensor, std::move(found->second.values), found->second.source, diagnostics);
  if (values.size() != count && diagnostics.empty()) {
    diagnostics.error({found->second.source, 0, 0},
                      fmt::format("expected {} elements of tensor {}, found {}", count, tensor.name,
                                  values.size()));
  }
  return {values.values.begin(), values.values.end()};
}

/// Of a document whose extents are numbers, not parameters.
void check_matrix_shape(const ir::Kernel& kernel, const MixedOperands& o,
                        base::Diagnostics& diagnostics) {
  const tensor::CsrMatrix& matrix = o.sparse.matrix;
  const std::vector<int64_t> shape = kernel.shape(*kernel.find_tensor(o.sparse_name));
  if (shape == std::vector<int64_t>{matrix.rows, matrix.cols}) return;
  diagnostics.error({o.sparse.source, 0, 0},
                    fmt::format("expected the shape {} of tensor {}, found {} x {}",
                                fmt::join(shape, " x "), o.sparse_name, matrix.rows, matrix.cols));
}

/// Reads what is given; the shapes of it.
std::map<std::string, std::vector<int64_t>> read_mixed(const ir::Kernel& kernel,
                                                       const GivenSources& sources, bool draws,
                                                       MixedOperands& o, GivenOperands& given) {
  for (const ir::Tensor* tensor : dense_tensors_of(kernel, o.sparse_name)) {
    const std::string& name = tensor->name;
    o.dense_sources.emplace_back(name, sources.text(name));
    if (sources.has(name)) given[name] = {sources.text(name), sources.elements(name)};
  }
  std::map<std::string, std::vector<int64_t>> shapes = shapes_of(given);
  if (sources.has(o.sparse_name)) {
    o.sparse = sources.matrix(o.sparse_name);
    shapes[o.sparse_name] = {o.sparse.matrix.rows, o.sparse.matrix.cols};
  } else if (!draws) {
    throw base::UserError(fmt::format("--input: expected {}=SOURCE, found none", o.sparse_name));
  }
  return shapes;
}

/// Room for the result, and the dense operands. The matrix and the kernel's sizes are known.
void fill_dense(const ir::Kernel& kernel, mapper::RowKernel kind, MixedOperands& o,
                GivenOperands& given, base::Diagnostics& diagnostics) {
  const tensor::CsrMatrix& matrix = o.sparse.matrix;
  const bool sampled = kind == mapper::RowKernel::Sddmm;
  if (kind != mapper::RowKernel::Spmv) o.width = kernel.extent(sampled ? "k" : "n").value_or(1);
  const auto load = [&](const char* name, int64_t rows, uint64_t seed) {
    return dense_elements(kernel, *kernel.find_tensor(name), rows * o.width, given, seed,
                          diagnostics);
  };
  if (sampled) {
    o.left = load("A", matrix.rows, 1);
    o.right = load("B", matrix.cols, 2);
    o.result.resize(static_cast<size_t>(matrix.nnz()));
  } else {
    o.left = load(kind == mapper::RowKernel::Spmv ? "x" : "X", matrix.cols, 1);
    o.result.resize(static_cast<size_t>(matrix.rows * o.width));
  }
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
  MixedOperands o;
  o.sparse_name.assign(1, kind == mapper::RowKernel::Sddmm ? 'S' : 'A');
  const GivenSources sources(dense::operands_of(kernel), inputs);
  GivenOperands given;
  set_sizes(kernel, read_mixed(kernel, sources, draws, o, given), params, diagnostics);
  diagnostics.throw_if_any();
  if (!sources.has(o.sparse_name)) o.sparse = draw_matrix(kernel, o.sparse_name);
  check_matrix_shape(kernel, o, diagnostics);
  fill_dense(kernel, kind, o, given, diagnostics);
  diagnostics.throw_if_any();
  return o;
}

nlohmann::ordered_json mixed_inputs_json(const ir::Kernel& kernel, const MixedOperands& operands) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  list.push_back(input_json(operands.sparse_name, operands.sparse));
  for (const auto& [name, source] : operands.dense_sources)
    list.push_back(dense_input_json(kernel, *kernel.find_tensor(name), source));
  return list;
}

}  // namespace weft::cli
