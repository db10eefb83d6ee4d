// SPDX-License-Identifier: Apache-2.0
#include "cli/nest_operands.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/operands.h"
#include "kernels/dense/npy.h"
#include "kernels/dense/round.h"
#include "kernels/einsum/evaluate.h"
#include "kernels/tensor/source.h"

namespace weft::cli {

namespace {

using einsum::Operand;

/// More elements than this are not made in memory.
constexpr double kMostElements = 1U << 28;

Operand load(const std::string& source) {
  if (source.ends_with(".npy")) return einsum::full_operand(dense::read_npy(source));
  return einsum::sparse_operand(tensor::load_source(source).matrix);
}

/// Values of a tensor that stores all elements, or of one that does not.
Operand suited(const ir::Tensor& tensor, Operand operand) {
  for (double& value : operand.values) value = dense::round_to(tensor.dtype, value);
  if (!einsum::is_full(tensor)) return einsum::as_sparse(std::move(operand));
  if (operand.full) return operand;
  Operand full = einsum::zero_operand(operand.shape);
  for (int64_t entry = 0; entry < operand.entries(); ++entry)
    full.values[static_cast<size_t>(operand.place(operand.coordinate(entry)))] =
        operand.values[static_cast<size_t>(entry)];
  return full;
}

class OperandLoader {
 public:
  OperandLoader(ir::Kernel& kernel, const SimulateRequest& request)
      : kernel_(kernel), request_(request), tensors_(einsum::initial_tensors(kernel)) {}

  NestOperands load_all() {
    read_inputs();
    read_document();
    set_sizes();
    for (const ir::Tensor* tensor : tensors_) {
      const auto found = operands_.values.find(tensor->name);
      if (found != operands_.values.end()) {
        check_shape(*tensor, found->second);
        found->second = suited(*tensor, std::move(found->second));
        continue;
      }
      check_size(*tensor);
      operands_.values[tensor->name] = einsum::random_operand(kernel_, *tensor);
      operands_.sources[tensor->name] = "random";
      keep_first_step(*tensor);
    }
    return std::move(operands_);
  }

 private:
  void read_inputs() {
    std::vector<std::string> names;
    for (const ir::Tensor* tensor : tensors_) names.push_back(tensor->name);
    for (const std::string& input : request_.inputs) {
      const Assignment operand = parse_assignment(input, "--input");
      if (std::ranges::count(names, operand.name) == 0) {
        throw base::UserError(fmt::format(
            "--input {}: expected one of the operands {}, found '{}'{}", input,
            fmt::join(names, ", "), operand.name, base::did_you_mean(operand.name, names)));
      }
      if (operands_.sources.contains(operand.name))
        throw base::UserError(fmt::format("--input {}: {} was given before", input, operand.name));
      operands_.values[operand.name] = load(operand.value);
      operands_.sources[operand.name] = operand.value;
    }
  }

  /// Constants and files that the document names.
  void read_document() {
    for (const ir::Tensor* tensor : tensors_) {
      if (!tensor->data || operands_.sources.contains(tensor->name)) continue;
      if (tensor->data->kind == ir::TensorData::Kind::Constant) {
        operands_.values[tensor->name] =
            einsum::full_operand({tensor->data->shape, tensor->data->values});
        operands_.sources[tensor->name] = "document";
      } else {
        const std::string source = document_source(*tensor);
        operands_.values[tensor->name] = load(source);
        operands_.sources[tensor->name] = source;
      }
    }
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

  void check_size(const ir::Tensor& tensor) const {
    double elements = 1;
    for (const int64_t extent : kernel_.shape(tensor)) elements *= static_cast<double>(extent);
    if (!einsum::is_full(tensor) || elements <= kMostElements) return;
    throw base::UserError(fmt::format(
        "tensor {} has {:.3g} elements, more than the {:.3g} that are made in memory; choose "
        "smaller sizes with -p",
        tensor.name, elements, kMostElements));
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
