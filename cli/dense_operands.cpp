// SPDX-License-Identifier: Apache-2.0
#include "cli/dense_operands.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/operands.h"
#include "kernels/dense/npy.h"
#include "kernels/dense/operands.h"
#include "mapper/gpu/lower_contraction.h"

namespace weft::cli {

using Json = nlohmann::ordered_json;

GivenOperands read_dense_operands(const ir::Kernel& kernel,
                                  const std::vector<std::string>& inputs) {
  std::vector<std::string> names;
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) names.push_back(tensor->name);
  GivenOperands given;
  for (const std::string& input : inputs) {
    const Assignment operand = parse_assignment(input, "--input");
    if (std::ranges::count(names, operand.name) == 0) {
      throw base::UserError(fmt::format("--input {}: expected one of the operands {}, found '{}'{}",
                                        input, fmt::join(names, ", "), operand.name,
                                        base::did_you_mean(operand.name, names)));
    }
    if (!operand.value.ends_with(".npy")) {
      throw base::UserError(
          fmt::format("--input {}: expected a file FILE.npy, found '{}'", input, operand.value));
    }
    if (!given.emplace(operand.name, GivenOperand{operand.value, dense::read_npy(operand.value)})
             .second) {
      throw base::UserError(fmt::format("--input {}: {} was given before", input, operand.name));
    }
  }
  return given;
}

std::map<std::string, std::vector<int64_t>> shapes_of(const GivenOperands& given) {
  std::map<std::string, std::vector<int64_t>> shapes;
  for (const auto& [name, operand] : given) shapes[name] = operand.values.shape;
  return shapes;
}

dense::TensorValues make_dense_operands(const ir::Kernel& kernel, GivenOperands& given,
                                        base::Diagnostics& diagnostics) {
  dense::TensorValues values;
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) {
    const auto found = given.find(tensor->name);
    values[tensor->name] =
        found == given.end()
            ? dense::random_operand(kernel, *tensor)
            : dense::given_operand(kernel, *tensor, std::move(found->second.values),
                                   found->second.source, diagnostics);
  }
  return values;
}

double elements_of(const ir::Kernel& kernel, const ir::Tensor& tensor) {
  double elements = 1;
  for (const int64_t extent : kernel.shape(tensor)) elements *= static_cast<double>(extent);
  return elements;
}

double kept_share(const ir::Tensor& tensor) {
  const ir::Level* level = mapper::structured_level(tensor);
  return level == nullptr ? 1 : static_cast<double>(level->keep) / level->group;
}

double stored_bytes(const ir::Kernel& kernel, const ir::Tensor& tensor) {
  const ir::Level* level = mapper::structured_level(tensor);
  const double meta = level == nullptr ? 0 : (level->meta_bits == 0 ? 2 : level->meta_bits) / 8.0;
  return elements_of(kernel, tensor) * kept_share(tensor) * (ir::bytes_of(tensor.dtype) + meta);
}

Json dense_inputs_json(const ir::Kernel& kernel, const GivenOperands& given) {
  Json inputs = Json::array();
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) {
    const std::vector<int64_t> shape = kernel.shape(*tensor);
    const auto elements = static_cast<int64_t>(elements_of(kernel, *tensor));
    const auto stored = static_cast<int64_t>(static_cast<double>(elements) * kept_share(*tensor));
    const auto found = given.find(tensor->name);
    inputs.push_back({{"name", tensor->name},
                      {"rows", elements / shape.back()},
                      {"cols", shape.back()},
                      {"nnz", stored},
                      {"source", found == given.end() ? "random" : found->second.source},
                      {"dtype", ir::text_of(tensor->dtype)}});
  }
  return inputs;
}

}  // namespace weft::cli
