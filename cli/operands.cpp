// SPDX-License-Identifier: Apache-2.0
#include "cli/operands.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace weft::cli {

Assignment parse_assignment(const std::string& text, const std::string& option) {
  const size_t equals = text.find('=');
  if (equals != std::string::npos && equals > 0 && equals + 1 < text.size()) {
    return {text.substr(0, equals), text.substr(equals + 1)};
  }
  throw base::UserError(fmt::format("{} {}: expected NAME=VALUE, found '{}'", option, text, text));
}

tensor::ProductOperands load_operands(const std::vector<std::string>& inputs) {
  std::string a_source, b_source;
  for (const std::string& input : inputs) {
    const Assignment operand = parse_assignment(input, "--input");
    if (operand.name != "A" && operand.name != "B") {
      throw base::UserError(
          fmt::format("--input {}: expected the tensor A or B, found '{}'", input, operand.name));
    }
    std::string& source = operand.name == "A" ? a_source : b_source;
    if (!source.empty()) {
      throw base::UserError(fmt::format("--input {}: {} was given before", input, operand.name));
    }
    source = operand.value;
  }
  if (a_source.empty()) throw base::UserError("--input: expected A=SOURCE, found none");
  return tensor::load_product_operands(a_source, b_source);
}

nlohmann::ordered_json input_json(const std::string& name, const tensor::NamedMatrix& operand) {
  return {{"name", name},
          {"rows", operand.matrix.rows},
          {"cols", operand.matrix.cols},
          {"nnz", operand.matrix.nnz()},
          {"source", operand.source}};
}

}  // namespace weft::cli
