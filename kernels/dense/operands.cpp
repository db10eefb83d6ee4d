// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/operands.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/dense/round.h"
#include "kernels/dense/structured.h"

namespace weft::dense {

namespace {

bool is_written(const ir::Kernel& kernel, const std::string& tensor) {
  return std::ranges::any_of(kernel.statements, [&](const ir::Statement& statement) {
    return statement.target.name == tensor;
  });
}

bool is_read(const ir::Kernel& kernel, const std::string& tensor) {
  return std::ranges::any_of(kernel.statements, [&](const ir::Statement& statement) {
    const std::vector<std::string> inputs = kernel.inputs_of(statement);
    return std::ranges::count(inputs, tensor) > 0;
  });
}

bool is_24(const ir::Tensor& tensor) {
  return std::ranges::any_of(
      tensor.levels, [](const ir::Level& level) { return level.type == ir::LevelType::Nm; });
}

bool is_integer(ir::Dtype dtype) {
  return epsilon_of(dtype) == 0;
}

std::vector<const ir::Tensor*> tensors_where(const ir::Kernel& kernel, bool read, bool written) {
  std::vector<const ir::Tensor*> found;
  for (const ir::Tensor& tensor : kernel.tensors) {
    if (is_read(kernel, tensor.name) == read && is_written(kernel, tensor.name) == written)
      found.push_back(&tensor);
  }
  return found;
}

}  // namespace

std::vector<const ir::Tensor*> operands_of(const ir::Kernel& kernel) {
  return tensors_where(kernel, true, false);
}

std::vector<const ir::Tensor*> results_of(const ir::Kernel& kernel) {
  return tensors_where(kernel, false, true);
}

DenseTensor random_operand(const ir::Kernel& kernel, const ir::Tensor& tensor) {
  constexpr uint64_t kIntegers = 16;
  base::Xoshiro256 random(base::seed_of(tensor.name));
  DenseTensor values{kernel.shape(tensor), {}};
  values.values.resize(static_cast<size_t>(values.size()));
  for (double& value : values.values) {
    do {
      value = is_integer(tensor.dtype)
                  ? static_cast<double>(random.below(kIntegers)) - kIntegers / 2.0
                  : round_to(tensor.dtype, 2 * random.uniform() - 1);
    } while (value == 0);  // what a 2:4 operand keeps is not zero
  }
  if (is_24(tensor)) prune24(values, random);
  return values;
}

DenseTensor given_operand(const ir::Kernel& kernel, const ir::Tensor& tensor, DenseTensor values,
                          const std::string& source, base::Diagnostics& diagnostics) {
  const std::vector<int64_t> shape = kernel.shape(tensor);
  if (values.shape != shape) {
    diagnostics.error({source, 0, 0}, fmt::format("expected the shape {} of tensor {}, found {}",
                                                  fmt::join(shape, " x "), tensor.name,
                                                  fmt::join(values.shape, " x ")));
    return values;
  }
  for (double& value : values.values) value = round_to(tensor.dtype, value);
  const auto full = is_24(tensor) ? find_dense_group(values) : std::nullopt;
  if (full) {
    const int64_t row = *full / shape.back();
    const int64_t column = *full % shape.back();
    diagnostics.error({source, 0, 0},
                      fmt::format("expected two nonzeros at most in every four of tensor {}, found "
                                  "more in row {}, columns {} to {}",
                                  tensor.name, row, column, column + 3));
  }
  return values;
}

}  // namespace weft::dense
