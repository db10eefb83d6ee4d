// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "kernels/dense/round.h"
#include "kernels/einsum/evaluate.h"

namespace weft::einsum {

namespace {

/// The relative error that the order of additions and one rounding to the dtype of each tensor on
/// the way may make.
double tolerance_of(const ir::Kernel& kernel) {
  constexpr double kMost = 0.5;  // results that are all zero are off by 1
  double tolerance = 0;
  for (const ir::Statement& statement : kernel.statements) {
    double terms = 1;
    for (const std::string& index : kernel.indices_of(statement))
      terms *= static_cast<double>(kernel.extent(index).value_or(1));
    const ir::Repeat* repeat = kernel.repeat_of(statement.name);
    const double steps =
        repeat == nullptr ? 1 : static_cast<double>(kernel.extent(repeat->index.text).value_or(1));
    const double stored = dense::epsilon_of(kernel.find_tensor(statement.target.name)->dtype);
    tolerance += 4 * steps * (stored + 0x1p-52 * std::sqrt(terms));
  }
  return std::min(kMost, tolerance);
}

/// Where the last step of a tensor begins that keeps its live step alone; else 0.
size_t first_live(const ir::Kernel& kernel, const ir::Tensor& tensor, const Operand& operand) {
  if (!operand.full || tensor.levels.empty() || tensor.levels[0].type != ir::LevelType::Gen)
    return 0;
  const auto steps = kernel.shape(tensor).front();
  return operand.values.size() / static_cast<size_t>(steps) * static_cast<size_t>(steps - 1);
}

}  // namespace

Deviation compare(const ir::Kernel& kernel, const std::vector<const ir::Tensor*>& tensors,
                  const Operands& found, const Operands& expected) {
  Deviation deviation;
  deviation.tolerance = tolerance_of(kernel);
  for (const ir::Tensor* tensor : tensors) {
    const Operand& want = expected.at(tensor->name);
    const Operand& have = found.at(tensor->name);
    if (want.coordinates != have.coordinates && deviation.passed()) {
      deviation.first_mismatch = fmt::format("{}: expected {} entries, found {} or others",
                                             tensor->name, want.entries(), have.entries());
      continue;
    }
    std::vector<double> rounded = want.values;
    for (double& value : rounded) value = dense::round_to(tensor->dtype, value);
    dense::compare_elements(tensor->name, have.values, rounded, first_live(kernel, *tensor, want),
                            deviation);
  }
  return deviation;
}

}  // namespace weft::einsum
