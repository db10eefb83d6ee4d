// SPDX-License-Identifier: Apache-2.0
#include "cli/dense_operands.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/sources.h"
#include "kernels/dense/operands.h"
#include "mapper/gpu/lower_contraction.h"

namespace weft::cli {

using Json = nlohmann::ordered_json;

GivenOperands read_dense_operands(const ir::Kernel& kernel,
                                  const std::vector<std::string>& inputs) {
  const std::vector<const ir::Tensor*> tensors = dense::operands_of(kernel);
  const GivenSources sources(tensors, inputs);
  GivenOperands given;
  for (const ir::Tensor* tensor : tensors) {
    const std::string& name = tensor->name;
    if (sources.has(name)) given[name] = {sources.text(name), sources.elements(name)};
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

Json dense_input_json(const ir::Kernel& kernel, const ir::Tensor& tensor,
                      const std::string& source) {
  const int64_t cols = kernel.shape(tensor).back();
  const auto elements = static_cast<int64_t>(elements_of(kernel, tensor));
  return {{"name", tensor.name},
          {"rows", elements / cols},
          {"cols", cols},
          {"nnz", static_cast<int64_t>(static_cast<double>(elements) * kept_share(tensor))},
          {"source", source},
          {"dtype", ir::text_of(tensor.dtype)}};
}

Json dense_inputs_json(const ir::Kernel& kernel, const GivenOperands& given) {
  Json inputs = Json::array();
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) {
    const auto found = given.find(tensor->name);
    inputs.push_back(
        dense_input_json(kernel, *tensor, found == given.end() ? "random" : found->second.source));
  }
  return inputs;
}

}  // namespace weft::cli
