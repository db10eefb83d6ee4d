// SPDX-License-Identifier: Apache-2.0
#include "cli/operands.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/sources.h"
#include "kernels/einsum/operand.h"

namespace weft::cli {

Assignment parse_assignment(const std::string& text, const std::string& option) {
  const size_t equals = text.find('=');
  if (equals != std::string::npos && equals > 0 && equals + 1 < text.size()) {
    return {text.substr(0, equals), text.substr(equals + 1)};
  }
  throw base::UserError(fmt::format("{} {}: expected NAME=VALUE, found '{}'", option, text, text));
}

std::string document_source(const ir::Tensor& tensor) {
  const std::filesystem::path document(tensor.data->where.file);
  return (document.parent_path() / tensor.data->path).string();
}

tensor::ProductOperands load_operands(const ir::Kernel& kernel,
                                      const std::vector<std::string>& inputs) {
  return GivenSources({kernel.find_tensor("A"), kernel.find_tensor("B")}, inputs).product();
}

tensor::NamedMatrix draw_matrix(const ir::Kernel& kernel, const std::string& name) {
  const einsum::Operand drawn = einsum::random_operand(kernel, *kernel.find_tensor(name));
  tensor::NamedMatrix matrix{name, "random", {}};
  matrix.matrix.rows = drawn.shape.at(0);
  matrix.matrix.cols = drawn.shape.at(1);
  matrix.matrix.row_start.assign(static_cast<size_t>(drawn.shape[0]) + 1, 0);
  for (int64_t entry = 0; entry < drawn.entries(); ++entry) {
    ++matrix.matrix.row_start[static_cast<size_t>(drawn.coordinate(entry)[0]) + 1];
    matrix.matrix.column.push_back(static_cast<int32_t>(drawn.coordinate(entry)[1]));
    matrix.matrix.value.push_back(drawn.values[static_cast<size_t>(entry)]);
  }
  for (size_t row = 1; row < matrix.matrix.row_start.size(); ++row)
    matrix.matrix.row_start[row] += matrix.matrix.row_start[row - 1];
  return matrix;
}

tensor::ProductOperands load_or_draw_operands(const ir::Kernel& kernel,
                                              const std::vector<std::string>& inputs,
                                              const std::vector<std::string>& params) {
  const GivenSources given({kernel.find_tensor("A"), kernel.find_tensor("B")}, inputs);
  if (given.has("A") || given.has("B")) return given.product();
  base::Diagnostics diagnostics;
  ir::Kernel sized = kernel;
  set_sizes(sized, {}, params, diagnostics);
  diagnostics.throw_if_any();
  return {std::make_shared<tensor::NamedMatrix>(draw_matrix(sized, "A")),
          std::make_shared<tensor::NamedMatrix>(draw_matrix(sized, "B"))};
}

namespace {

/// A parameter that is given twice would silently have one of its values.
void refuse_repeated(const std::vector<std::string>& params, base::Diagnostics& diagnostics) {
  std::map<std::string, std::string> first;
  for (const std::string& text : params) {
    const auto [known, added] = first.emplace(parse_assignment(text, "-p").name, text);
    if (!added)
      diagnostics.error({"-p " + text, 0, 0},
                        fmt::format("expected each parameter once, found '{}' too", known->second));
  }
}

}  // namespace

void set_product_sizes(ir::Kernel& kernel, const std::vector<std::string>& params,
                       const tensor::ProductOperands& operands, base::Diagnostics& diagnostics) {
  const auto shape = [](const tensor::CsrMatrix& matrix) {
    return std::vector<int64_t>{matrix.rows, matrix.cols};
  };
  const std::map<std::string, std::vector<int64_t>> shapes = {{"A", shape(operands.a->matrix)},
                                                              {"B", shape(operands.b->matrix)}};
  std::map<std::string, int64_t> sizes = ir::params_from_shapes(kernel, shapes, diagnostics);
  refuse_repeated(params, diagnostics);
  for (const std::string& text : params) {
    const Assignment given = parse_assignment(text, "-p");
    const auto from_shape = sizes.find(given.name);
    if (from_shape == sizes.end()) {
      diagnostics.error({"-p " + text, 0, 0},
                        fmt::format("the kernel has no parameter '{}'", given.name));
    } else if (given.value != std::to_string(from_shape->second)) {
      diagnostics.error(
          {"-p " + text, 0, 0},
          fmt::format("expected {}, which follows from the operands", from_shape->second));
    }
  }
  diagnostics.throw_if_any();
  ir::set_params(kernel, sizes, diagnostics);
}

void set_sizes(ir::Kernel& kernel, const std::map<std::string, std::vector<int64_t>>& shapes,
               const std::vector<std::string>& params, base::Diagnostics& diagnostics) {
  std::map<std::string, std::string> values;
  for (const auto& [name, size] : ir::params_from_shapes(kernel, shapes, diagnostics)) {
    values[name] = std::to_string(size);
  }
  refuse_repeated(params, diagnostics);
  diagnostics.throw_if_any();
  for (const std::string& text : params) {
    const Assignment given = parse_assignment(text, "-p");
    const auto [known, added] = values.emplace(given.name, given.value);
    if (added || known->second == given.value) continue;
    diagnostics.error({"-p " + text, 0, 0},
                      fmt::format("expected {}, which follows from the operands", known->second));
  }
  diagnostics.throw_if_any();
  ir::set_params_from_text(kernel, values, diagnostics);
}

nlohmann::ordered_json params_json(const ir::Kernel& kernel) {
  nlohmann::ordered_json params = nlohmann::ordered_json::object();
  for (const ir::Param& param : kernel.params) params[param.name] = param.value;
  for (const ir::TypeParam& param : kernel.type_params)
    params[param.name] = ir::text_of(param.value);
  return params;
}

nlohmann::ordered_json input_json(const std::string& name, const tensor::NamedMatrix& operand) {
  return {{"name", name},
          {"rows", operand.matrix.rows},
          {"cols", operand.matrix.cols},
          {"nnz", operand.matrix.nnz()},
          {"source", operand.source}};
}

}  // namespace weft::cli
