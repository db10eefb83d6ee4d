// SPDX-License-Identifier: Apache-2.0
#include "cli/nest_result.h"

#include <nlohmann/json.hpp>

namespace weft::cli {

using Json = nlohmann::ordered_json;

Json nest_inputs_json(const ir::Kernel& kernel, const NestOperands& operands) {
  Json inputs = Json::array();
  for (const ir::Tensor* tensor : einsum::initial_tensors(kernel)) {
    const einsum::Operand& operand = operands.values.at(tensor->name);
    int64_t rows = 1;
    for (size_t dim = 0; dim + 1 < operand.shape.size(); ++dim) rows *= operand.shape[dim];
    inputs.push_back({{"name", tensor->name},
                      {"rows", rows},
                      {"cols", operand.shape.back()},
                      {"nnz", operand.entries()},
                      {"source", operands.sources.at(tensor->name)},
                      {"dtype", ir::text_of(tensor->dtype)}});
  }
  return inputs;
}

einsum::Deviation nest_deviation(const ir::Kernel& kernel, const einsum::Operands& initial,
                                 const einsum::Operands& found) {
  einsum::Operands expected = initial;
  einsum::evaluate(kernel, expected);
  return einsum::compare(kernel, einsum::result_tensors(kernel), found, expected);
}

int64_t result_elements(const ir::Kernel& kernel, const einsum::Operands& results) {
  int64_t elements = 0;
  for (const ir::Tensor* tensor : einsum::result_tensors(kernel))
    elements += results.at(tensor->name).entries();
  return elements;
}

}  // namespace weft::cli
