// SPDX-License-Identifier: Apache-2.0
#include "cli/nest_operands.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/operands.h"
#include "cli/sources.h"
#include "kernels/dense/round.h"
#include "kernels/einsum/evaluate.h"
#include "mapper/gpu/rows/lower_dense.h"

namespace weft::cli {

namespace {

using einsum::Operand;

/// Values of a tensor that stores all elements, or of one that does not.
Operand suited(const ir::Tensor& tensor, Operand operand, const std::string& source) {
  for (double& value : operand.values) value = dense::round_to(tensor.dtype, value);
  return einsum::is_full(tensor) ? as_full(std::move(operand), source)
                                 : einsum::as_sparse(std::move(operand));
}

/// Whether a kernel meets two sparse matrices, whose second follows from the first.
bool is_matrix_product(const ir::Kernel& kernel) {
  const auto is_sparse = [&](const char* name) {
    const ir::Tensor* tensor = kernel.find_tensor(name);
    return tensor != nullptr && tensor->dims.size() == 2 && !einsum::is_full(*tensor);
  };
  return mapper::row_kernel_of(kernel) == mapper::RowKernel::Spgemm && is_sparse("A") &&
         is_sparse("B");
}

class OperandLoader {
 public:
  OperandLoader(ir::Kernel& kernel, const SimulateRequest& request)
      : kernel_(kernel), request_(request), tensors_(einsum::initial_tensors(kernel)) {}

  NestOperands load_all() {
    read_given();
    set_sizes();
    for (const ir::Tensor* tensor : tensors_) {
      const auto found = operands_.values.find(tensor->name);
      if (found != operands_.values.end()) {
        check_shape(*tensor, found->second);
        found->second =
            suited(*tensor, std::move(found->second), operands_.sources.at(tensor->name));
        continue;
      }
      check_drawn_size(kernel_, *tensor);
      operands_.values[tensor->name] = einsum::random_operand(kernel_, *tensor);
      operands_.sources[tensor->name] = "random";
      keep_first_step(*tensor);
    }
    return std::move(operands_);
  }

 private:
  /// What the user and the document give.
  void read_given() {
    const GivenSources given(tensors_, request_.inputs);
    if (is_matrix_product(kernel_) && (given.has("A") || given.has("B"))) {
      const tensor::ProductOperands product = given.product();
      add("A", einsum::sparse_operand(product.a->matrix), product.a->source);
      add("B", einsum::sparse_operand(product.b->matrix), product.b->source);
      return;
    }
    for (const ir::Tensor* tensor : tensors_) {
      if (given.has(tensor->name))
        add(tensor->name, given.values(tensor->name), given.text(tensor->name));
    }
  }

  void add(const std::string& name, Operand operand, const std::string& source) {
    operands_.values[name] = std::move(operand);
    operands_.sources[name] = source;
  }

  void set_sizes() {
    base::Diagnostics diagnostics;
    std::map<std::string, std::vector<int64_t>> shapes;
    for (const auto& [name, operand] : operands_.values) shapes[name] = operand.shape;
    std::map<std::string, std::string> sizes;
    for (const auto& [name, size] : ir::params_from_shapes(kernel_, shapes, diagnostics))
      sizes[name] = std::to_string(size);
    for (const std::string& text : request_.params) {
      const Assignment param = parse_assignment(text, "-p");
      const auto [known, added] = sizes.emplace(param.name, param.value);
      if (added || known->second == param.value) continue;
      diagnostics.error({"-p " + text, 0, 0},
                        fmt::format("expected {}, which follows from the operands", known->second));
    }
    diagnostics.throw_if_any();
    ir::set_params_from_text(kernel_, sizes, diagnostics);
    diagnostics.throw_if_any();
    tensors_ = einsum::initial_tensors(kernel_);
  }

  void check_shape(const ir::Tensor& tensor, const Operand& operand) const {
    const std::vector<int64_t> shape = kernel_.shape(tensor);
    if (shape == operand.shape) return;
    throw base::UserError(fmt::format("{}: expected the shape {} of tensor {}, found {}",
                                      operands_.sources.at(tensor.name), fmt::join(shape, " x "),
                                      tensor.name, fmt::join(operand.shape, " x ")));
  }

  /// Of a tensor that keeps its live step alone, the first comes from outside.
  void keep_first_step(const ir::Tensor& tensor) {
    if (tensor.levels.empty() || tensor.levels[0].type != ir::LevelType::Gen) return;
    Operand& operand = operands_.values.at(tensor.name);
    const size_t step = operand.values.size() / static_cast<size_t>(operand.shape[0]);
    std::fill(operand.values.begin() + static_cast<std::ptrdiff_t>(step), operand.values.end(), 0);
  }

  ir::Kernel& kernel_;
  const SimulateRequest& request_;
  std::vector<const ir::Tensor*> tensors_;
  NestOperands operands_;
};

}  // namespace

NestOperands load_nest_operands(ir::Kernel& kernel, const SimulateRequest& request) {
  return OperandLoader(kernel, request).load_all();
}

}  // namespace weft::cli
